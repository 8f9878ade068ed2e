import type { Channel } from './channel.ts';
import { openFileChannel } from './file.ts';
import { openResendChannel } from './resend.ts';
import { openSmtpChannel } from './smtp.ts';

/** Where mail goes, as configured. */
export type Transport =
  | { kind: 'smtp'; url: string }
  | { kind: 'resend'; apiKey: string; baseUrl?: string | undefined }
  | { kind: 'file'; dir: string };

/** Opens the channel that is configured. */
export function openChannel(transport: Transport): Channel {
  switch (transport.kind) {
    case 'smtp':
      return openSmtpChannel(transport);
    case 'resend':
      return openResendChannel(transport);
    case 'file':
      return openFileChannel(transport);
  }
}
