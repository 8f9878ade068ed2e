import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A path or a link in the documentation that leads nowhere. */
export type DeadPath = { file: string; line: number; path: string };

const documents = ['*.md', 'docs/**/*.md'];

/** Folders that the documentation speaks of; gone from the tree, they must go from the text too. */
const roots = ['.ci', 'bench', 'content', 'db', 'docs', 'src', 'test'];
const inFolder = new RegExp(`(?<![\\w./#@-])(?:${roots.join('|').replaceAll('.', '\\.')})/[\\w.*/[\\]-]*`, 'g');

/** A file of the top folder, in backticks. */
const topFile = /`([\w.-]+\.(?:md|json|mjs|ya?ml))`/g;
/** Made by whoever runs the program, so not in the repository. */
const madeLater = new Set(['status.yaml']);

const link = /\]\(([^()\s]+)\)/g;
const elsewhere = /^(?:[a-z][a-z+.-]*:|\/\/)/i;

/** The anchors of a Markdown file: its headings as GitHub writes them in addresses. */
function anchorsOf(path: string): Set<string> {
  const headings = readFileSync(path, 'utf8').matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    Array.from(headings, ([, text = '']) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );
}

function isAlive(root: string, path: string): boolean {
  const trimmed = path.replace(/[./]+$/, '');
  return /\*/.test(trimmed) ? globSync(trimmed, { cwd: root }).length > 0 : existsSync(join(root, trimmed));
}

function isLinkAlive(root: string, file: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const full = path === '' ? join(root, file) : join(root, dirname(file), decodeURI(path));
  if (!existsSync(full)) return false;
  return anchor === undefined || !full.endsWith('.md') || anchorsOf(full).has(anchor);
}

function deadPathsIn(root: string, file: string): DeadPath[] {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  return lines.flatMap((text, index) => {
    const links = Array.from(text.matchAll(link), ([, target = '']) => target).filter((it) => !elsewhere.test(it));
    const words = text.replace(link, ' ').replace(/\bhttps?:\/\/\S+/g, '');
    const paths = [
      ...Array.from(words.matchAll(inFolder), ([path]) => path),
      ...Array.from(words.matchAll(topFile), ([, path = '']) => path).filter((path) => !madeLater.has(path)),
    ];
    const dead = [
      ...paths.filter((path) => !isAlive(root, path)),
      ...links.filter((target) => !isLinkAlive(root, file, target)),
    ];
    return dead.map((path) => ({ file, line: index + 1, path }));
  });
}

/** Every dead path and dead relative link in the documentation under `root`, in the order of the text. */
export function findDeadPaths(root: string): DeadPath[] {
  const files = globSync(documents, { cwd: root }).toSorted();
  return files.flatMap((file) => deadPathsIn(root, file));
}

if (import.meta.main) {
  const root = process.argv[2] ?? join(import.meta.dirname, '..');
  const dead = findDeadPaths(root);
  for (const { file, line, path } of dead)
    console.error(`${relative(process.cwd(), join(root, file))}:${line}: ${path} does not exist`);
  if (dead.length > 0) process.exitCode = 1;
}
