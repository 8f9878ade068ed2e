import { render } from './render.ts';
export default {
  fetch: (request: Request) =>
    new URL(request.url).pathname === '/api'
      ? new Response('api')
      : render(new URL(request.url).pathname, { word: 'dev' }),
};
