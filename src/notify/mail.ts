import type { Sender } from '#core/address.ts';
import { oneLine } from '#core/notice.ts';
import { confirmToken, unsubscribeToken } from '#core/readerToken.ts';
import type { ClaimedDelivery } from '#db/deliveries.ts';
import type { NoticeRow } from '#db/notices.ts';

/** One letter in its envelope: to one person, the same on each try. */
export type Mail = {
  /** The delivery's id. */
  id: string;
  from: Sender;
  to: string;
  subject: string;
  html: string;
  text: string;
  /** When its words were frozen, epoch ms. */
  writtenAt: number;
  messageId: string;
  /** Every header but those that follow from the fields above. */
  headers: Record<string, string>;
};

/** Who writes, and what their links are made of. */
export type Office = {
  pageName: string;
  /** Public origin without trailing slash. */
  publicUrl: string;
  from: Sender;
  secretKey: string;
};

/** Stands in the frozen words of a notice for the reader's own link. */
export function linkPlaceholder(noticeId: string): string {
  return `%link-${noticeId}%`;
}

/** No machine should answer these (RFC 3834; the second is Microsoft's). */
const automatic = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };

/** Ties the updates of one matter together (RFC 5322 section 3.6.4) and lets a reader leave in one click (RFC 8058). */
function listHeaders(matterId: string, unsubscribeLink: string, office: Office, host: string): Record<string, string> {
  const thread = `<${matterId}@${host}>`;
  // Words of ASCII need no quotes (RFC 2919 section 2), and encoded ones have no place in this header.
  const name = office.pageName.match(/[\w-]+/g)?.join(' ') ?? '';
  return {
    'In-Reply-To': thread,
    References: thread,
    'List-Id': `${name} <${host}>`.trimStart(),
    'List-Unsubscribe': `<${unsubscribeLink}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    Precedence: 'bulk',
  };
}

/** Puts a frozen notice into the envelope of one subscriber, with their own link in it. */
export function addressMail(
  delivery: Pick<ClaimedDelivery, 'id' | 'subscriberId' | 'email'>,
  notice: NoticeRow & { eventAt: number },
  office: Office,
): Mail {
  const { publicUrl, secretKey, from } = office;
  const { subscriberId } = delivery;
  const host = new URL(publicUrl).hostname;
  const link =
    notice.matterId === null
      ? `${publicUrl}/confirm/${confirmToken(secretKey, subscriberId, notice.eventAt)}`
      : `${publicUrl}/u/${unsubscribeToken(secretKey, subscriberId)}`;
  const withLink = (words: string) => words.replaceAll(linkPlaceholder(notice.id), () => link);
  return {
    id: delivery.id,
    from: { name: oneLine(from.name), address: from.address },
    to: delivery.email,
    subject: notice.subject,
    html: withLink(notice.html),
    text: withLink(notice.text),
    writtenAt: notice.createdAt,
    messageId: `<${delivery.id}@${host}>`,
    headers: {
      ...automatic,
      ...(notice.matterId === null ? {} : listHeaders(notice.matterId, link, office, host)),
    },
  };
}
