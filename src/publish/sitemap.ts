import type { Snapshot } from '#core/snapshot.ts';
import { escapeHtml } from './feedText.ts';

/** The form of sitemaps.org; more addresses than one file may hold are left out, oldest incidents first. */
const addressLimit = 50_000;

/** Every page worth finding, with the day of its last change where it has one. */
export function sitemapText({ page, components, incidents, maintenances, postmortems }: Snapshot): string {
  const addresses = [
    { path: '/' },
    { path: '/history' },
    { path: '/postmortems' },
    ...postmortems.map(({ slug, publishedOn }) => ({
      path: `/postmortems/${slug}`,
      changedAt: Date.parse(publishedOn),
    })),
    ...components.map(({ slug }) => ({ path: `/components/${slug}` })),
    ...maintenances.map(({ id, updatedAt }) => ({ path: `/maintenances/${id}`, changedAt: updatedAt })),
    ...incidents.map(({ id, updatedAt }) => ({ path: `/incidents/${id}`, changedAt: updatedAt })),
  ];
  const rows = addresses.slice(0, addressLimit).map(({ path, changedAt }: { path: string; changedAt?: number }) => {
    const lastmod = changedAt === undefined ? '' : `<lastmod>${new Date(changedAt).toISOString()}</lastmod>`;
    return `<url><loc>${escapeHtml(page.url + path)}</loc>${lastmod}</url>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${rows.join('\n')}
</urlset>
`;
}

/**
 * RFC 9116, where the page names somebody to write to. It is good for half a year after the year that it was made in,
 * so that its bytes change once a year.
 */
export function securityText({ page, generatedAt }: Snapshot): string {
  const year = new Date(generatedAt).getUTCFullYear() + 1;
  return `Contact: ${page.supportUrl}
Expires: ${year}-07-01T00:00:00Z
Canonical: ${page.url}/.well-known/security.txt
`;
}

/** RFC 9309: everything public may be found, except what belongs to one person. */
export function robotsText({ page }: Snapshot): string {
  return `User-agent: *
Disallow: /confirm/
Disallow: /u/
Disallow: /staff
Sitemap: ${page.url}/sitemap.xml
`;
}
