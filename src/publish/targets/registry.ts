import { folder } from './folder.ts';
import { git } from './git.ts';
import { rsync } from './rsync.ts';
import { s3 } from './s3.ts';
import type { TargetKind } from './target.ts';

/** Every kind of host. A new one is a file beside this one and a word here. */
export const targetKinds: readonly TargetKind[] = [folder, s3, rsync, git];
