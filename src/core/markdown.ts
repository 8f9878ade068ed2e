import MarkdownIt from 'markdown-it';

const linkable = /^(https?:\/\/|mailto:)/i;

const renderer = new MarkdownIt({ html: false, linkify: true }).disable('image');
// Only what a reader can judge from the address itself: no relative paths, no user-info before the host.
renderer.validateLink = (url) => linkable.test(url) && !/^https?:\/\/[^/]*@/i.test(url);

const openLink = renderer.renderer.rules.link_open;
renderer.renderer.rules.link_open = (tokens, index, options, environment, self) => {
  tokens[index]?.attrSet('rel', 'noopener noreferrer nofollow ugc');
  return openLink ? openLink(tokens, index, options, environment, self) : self.renderToken(tokens, index, options);
};

/**
 * The one renderer of staff text: Markdown to HTML for pages, feeds and mail. Raw HTML comes out as text,
 * images are not drawn, links are http, https or mailto. A line break stays one: it was typed into a form.
 */
export function renderMarkdown(source: string): string {
  return renderer.set({ breaks: true }).render(source);
}

/** The same for prose that was written in a file, where a line break only keeps the lines short. */
export function renderProse(source: string): string {
  return renderer.set({ breaks: false }).render(source);
}

/** Staff text as plain text: Markdown stays readable as it was typed, so it is only trimmed. */
export function plainText(source: string): string {
  return source
    .replace(/\r\n?/g, '\n')
    .replace(/\*\*(.+?)\*\*/g, '$1')
    .trim();
}
