import { plainText, renderMarkdown } from '#core/markdown.ts';
import { type Notice, oneLine, subjectOf } from '#core/notice.ts';
import { type Html, html, trusted } from './html.ts';
import { type Page, previewOf, type Words, wordsOf } from './words.ts';

/** A notice in the two forms that a mail carries. */
export type Letter = { subject: string; html: string; text: string };

/**
 * Writes the letter of a notice.
 * @param link stands for the reader's own link, in both forms; it is replaced when the letter is addressed
 */
export function writeLetter(notice: Notice, page: Page, link: string): Letter {
  const words = wordsOf(notice, { ...page, name: oneLine(page.name) });
  return {
    subject: subjectOf(notice, page.name),
    html: `${asHtml(words, page, link).markup}\n`,
    text: asText(words, link),
  };
}

function asText(words: Words, link: string): string {
  const paragraphs = [
    oneLine(words.heading),
    words.dateline,
    plainText(words.body),
    words.aside && `${words.aside.heading}:\n${plainText(words.aside.body)}`,
    words.facts.map(({ name, value }) => `${name}: ${oneLine(value)}`).join('\n'),
    `${words.action.label}:\n${words.action.url ?? link}`,
    `-- \n${words.reason}`,
    words.farewell && `${words.farewell}:\n${link}`,
  ];
  return `${paragraphs.filter(Boolean).join('\n\n')}\n`;
}

const face = 'font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';

// Programs that drop <style> keep the inline colours of the light scheme; those that know it get the dark one.
const style = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
.body p,.body ul,.body ol,.body blockquote,.body pre{margin:0 0 16px}
.body pre{white-space:pre-wrap}
.body,.fact{overflow-wrap:anywhere}
@media (prefers-color-scheme:dark){
.ground{background:#16181b!important}
.paper{background:#1f2226!important;border-color:#33383f!important}
.ink{color:#eceef0!important}
.quiet,.quiet a{color:#a7adb5!important}
.ink a{color:#9cc4ff!important}
.button{background:#eceef0!important;color:#16181b!important}
}`;

function asHtml(words: Words, page: Page, link: string): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${oneLine(words.heading)}</title>
<style>${trusted(style)}
</style>
</head>
<body class="ground" style="margin:0;padding:0;background:#f4f4f2">
<div style="display:none;max-height:0;overflow:hidden">${previewOf(words)}</div>
<table role="presentation" class="ground" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f4f4f2">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:600px">
<tr><td class="quiet" style="${face};font-size:14px;line-height:20px;color:#5a6069;padding:0 4px 12px">${page.name}</td></tr>
<tr><td class="paper ink" style="${face};font-size:16px;line-height:25px;color:#1b1d20;background:#ffffff;border:1px solid #dededa;border-radius:6px;padding:28px 28px 12px">
<h1 class="ink" style="margin:0 0 8px;font-size:22px;line-height:29px;font-weight:600;color:#1b1d20"><bdi>${words.heading}</bdi></h1>
${dateline(words)}<div class="body ink" style="color:#1b1d20">
${trusted(renderMarkdown(words.body))}</div>
${aside(words)}${facts(words)}<p style="margin:8px 0 20px"><a class="button" href="${words.action.url ?? link}" style="display:inline-block;padding:10px 18px;border-radius:5px;background:#1b1d20;color:#ffffff;text-decoration:none;font-weight:600">${words.action.label}</a></p>
</td></tr>
<tr><td class="quiet" style="${face};font-size:13px;line-height:20px;color:#5a6069;padding:16px 4px 0">
${words.reason}
${words.farewell === null ? ownLink(link) : html`<a href="${link}" style="color:#5a6069">${words.farewell}</a>.`}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>`;
}

function dateline({ dateline }: Words): Html | null {
  if (dateline === null) return null;
  return html`<p class="quiet" style="margin:0 0 20px;font-size:14px;line-height:20px;color:#5a6069">${dateline}</p>
`;
}

function aside({ aside }: Words): Html | null {
  if (aside === null) return null;
  return html`<h2 class="ink" style="margin:8px 0 4px;font-size:16px;line-height:25px;font-weight:600;color:#1b1d20">${aside.heading}</h2>
<div class="body ink" style="color:#1b1d20">
${trusted(renderMarkdown(aside.body))}</div>
`;
}

function facts({ facts }: Words): Html | null {
  if (facts.length === 0) return null;
  const rows = facts.map(
    ({ name, value }) => html`<tr>
<th class="quiet" align="left" valign="top" scope="row" style="padding:6px 16px 6px 0;font-weight:400;white-space:nowrap;color:#5a6069">${name}</th>
<td class="fact ink" style="padding:6px 0;color:#1b1d20"><bdi>${value}</bdi></td>
</tr>
`,
  );
  return html`<table cellpadding="0" cellspacing="0" border="0" style="margin:4px 0 16px;font-size:15px;line-height:22px">
${rows}</table>
`;
}

/** The link as text too, for programs that do not make the button work. */
function ownLink(link: string): Html {
  return html`<br>Or open this address: <a href="${link}" style="color:#5a6069;word-break:break-all">${link}</a>`;
}
