import { DatabaseSync } from 'node:sqlite';
import { StartError } from '#core/error.ts';

/**
 * Takes the exclusive lock beside a database file and returns the way to let go. The lock is the kernel's, held
 * by an open transaction on a small file of its own: it ends with the process, however that ends.
 * @throws StartError when another process holds it or the folder cannot be written
 */
export function lockFile(databasePath: string): () => void {
  const path = `${databasePath}.lock`;
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(path, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      /locked|busy/i.test(reason)
        ? `The database ${databasePath} is in use by another Intermission process; stop that one first.`
        : `The database ${databasePath} cannot be written: ${reason}. Check the folder and its owner.`,
    );
  }
  const held = lock;
  return () => held.close();
}
