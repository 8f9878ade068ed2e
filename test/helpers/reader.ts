import type { ReceivedMail } from './mailbox.ts';

function linkIn(mail: ReceivedMail, path: string): string {
  const link = new RegExp(`https?://\\S+?/${path}/\\S+`).exec(mail.mail.text ?? '')?.[0];
  if (!link) throw new Error(`no ${path} link in: ${mail.mail.text}`);
  return link;
}

/** The confirmation link of a mail, as its reader finds it in the text part. */
export const confirmLinkIn = (mail: ReceivedMail): string => linkIn(mail, 'confirm');

/** The link that ends the mails, as its reader finds it in the text part. */
export const leaveLinkIn = (mail: ReceivedMail): string => linkIn(mail, 'u');
