/** Texts that would like to be more than text: markup, links, templates, feeds, headers, changes of direction. */
export const hostileLines = [
  '<script>document.title = "taken"</script>',
  '<img src=x onerror="document.title = \'taken\'">',
  '<svg onload=alert(1)>"><form action=https://evil.example>',
  '</script ><!-- ]]> &#x6A;avascript:',
  '{{7*7}} {% raw %} ${7*7} <%= 7*7 %> %0a {count, plural, other {#}}',
  'אבג עברית \u202Eesrever\u202C \u2066x\u2069 \u200Fع',
] as const;

/** What a body in Markdown may try besides. */
export const hostileBody = [
  ...hostileLines,
  '[a](javascript:alert(1)) [b](JaVa\tScript:alert(1)) [c](data:text/html,x) [d](//evil.example) [e](https://good@evil.example)',
  '![pixel](https://evil.example/pixel.gif)',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=1&gt;">',
  '[ref]: javascript:alert(1)\n\n[f][ref]',
].join('\n\n');
