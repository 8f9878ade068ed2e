import { createApp } from 'astro/app/entrypoint';
import { render } from '../render.ts';

createApp({ streaming: false });
const r = await render('/', { word: 'hello' });
console.log(r.status, [...r.headers], await r.text());
const r2 = await render('/nope', { word: 'hello' });
console.log(r2.status, [...r2.headers], (await r2.text()).slice(0, 200));
console.log(import.meta.dirname);
