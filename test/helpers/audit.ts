import type { Page } from 'playwright-core';

/** Texts to be parsed by a browser, each as a document of its kind. */
export type Document = { name: string; text: string; type: 'text/html' | 'image/svg+xml' | 'application/xml' };

/** What a browser finds in a document: every shape of element with its attributes, every address, and errors. */
export type Found = { name: string; shapes: string[]; addresses: string[]; broken: boolean };

/** Parses documents in a browser, in which nothing of them runs, and tells what they are made of. */
export function audit(page: Page, documents: readonly Document[]): Promise<Found[]> {
  return page.evaluate(
    (all) =>
      all.map(({ name, text, type }) => {
        const parsed = new DOMParser().parseFromString(text, type);
        const elements = [...parsed.querySelectorAll('*')];
        const shapes = elements.flatMap(({ namespaceURI, localName, attributes }) => [
          `${namespaceURI} ${localName}`,
          ...[...attributes].map((attribute) => `${localName} ${attribute.name}`),
        ]);
        const linking = ['href', 'src', 'action', 'formaction', 'ping', 'srcset', 'xlink:href'];
        const addresses = elements.flatMap((element) => linking.flatMap((key) => element.getAttribute(key) ?? []));
        return { name, shapes: [...new Set(shapes)], addresses, broken: parsed.querySelector('parsererror') !== null };
      }),
    documents,
  );
}

/** The text of every element that a selector finds in a document. */
export function textsIn(page: Page, { text, type }: Document, selector: string): Promise<string[]> {
  return page.evaluate(
    ([source, kind, wanted]) =>
      [...new DOMParser().parseFromString(source, kind).querySelectorAll(wanted)].map(
        ({ textContent }) => textContent ?? '',
      ),
    [text, type, selector] as const,
  );
}
