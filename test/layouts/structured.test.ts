import { describe, expect, it } from 'vitest';
import { plainLine } from '#core/line.ts';
import { type PageFacts, structuredJson } from '../../src/layouts/structured.ts';
import { friday, snapshot } from '../helpers/snapshot.ts';

const facts: PageFacts = {
  page: snapshot().page,
  siteTitle: 'Lanterna status',
  language: 'en',
  address: 'https://status.lanterna.example/incidents/a',
  description: 'We are looking.',
  image: 'https://status.lanterna.example/card.png',
  article: undefined,
  steps: [],
};
const article = { headline: 'Payments fail', publishedAt: friday, modifiedAt: friday + 60_000 };
const steps = [
  { title: 'Lanterna status', address: 'https://status.lanterna.example/' },
  { title: 'Payments fail', address: 'https://status.lanterna.example/incidents/a' },
];

describe('what a page is', () => {
  it('is the site, where it is the first page', () => {
    expect(JSON.parse(structuredJson(facts))).toEqual({
      '@context': 'https://schema.org',
      '@graph': [
        {
          '@type': 'WebSite',
          name: 'Lanterna status',
          url: 'https://status.lanterna.example/',
          inLanguage: 'en',
          publisher: { '@type': 'Organization', name: 'Lanterna', url: 'https://status.lanterna.example' },
        },
      ],
    });
  });

  it('is an article with its picture and language, and the way back, where it tells of something', () => {
    const { '@graph': graph } = JSON.parse(structuredJson({ ...facts, article, steps }));
    expect(graph).toMatchObject([
      {
        '@type': 'Article',
        headline: 'Payments fail',
        image: facts.image,
        inLanguage: 'en',
        dateModified: '2026-11-20T20:01:00.000Z',
      },
      {
        '@type': 'BreadcrumbList',
        itemListElement: [
          { position: 1, name: 'Lanterna status', item: 'https://status.lanterna.example/' },
          { position: 2, name: 'Payments fail', item: facts.address },
        ],
      },
    ]);
  });

  it('cannot end the element it stands in, whatever is in it', () => {
    for (const headline of ['</script >', '</ScRiPt><b>', '<!--', '<![CDATA[', '\u2028"\\', '\u202e\u0000x']) {
      const json = structuredJson({ ...facts, article: { ...article, headline }, steps });
      expect(json).not.toContain('<');
      expect(JSON.parse(json)['@graph'][0].headline).toBe(plainLine(headline));
    }
  });
});
