import MailComposer from 'nodemailer/lib/mail-composer';
import type { Mail } from './mail.ts';

/** A mail as it goes over the wire (RFC 5322): the same bytes each time. Nothing is ever read from a file or a URL. */
export async function mimeOf(mail: Mail): Promise<Buffer> {
  return new MailComposer({
    from: mail.from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    date: new Date(mail.writtenAt),
    messageId: mail.messageId,
    headers: mail.headers,
    baseBoundary: mail.id,
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'win',
  })
    .compile()
    .build();
}
