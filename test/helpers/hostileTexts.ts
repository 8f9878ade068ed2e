/**
 * What people may write by malice or by accident, for every place that shows what people wrote: markup, addresses,
 * contexts to break out of, characters that XML forbids, templates, writing directions.
 */
export const hostileTexts: readonly string[] = [
  // Elements that act by being there.
  '<script>document.title="taken"</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)><animate onbegin=alert(1)>',
  '<style>@import "https://evil.example/x.css"</style>',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<form action="https://evil.example/"><button>Go</button></form>',
  '<a href="/" ping="https://evil.example/">x</a>',
  '<details open ontoggle=alert(1)>',
  // Addresses.
  '[x](javascript:alert(1))',
  '[x](JaVa\tScript:alert(1))',
  '[x](&#x6A;avascript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:x) [x](blob:x) [x](file:///etc/passwd)',
  '[x](//evil.example/) [x](https://good.example@evil.example/)',
  '[x][y]\n\n[y]: javascript:alert(1)',
  '<javascript:alert(1)>',
  '![pixel](https://evil.example/pixel.gif)',
  '[x](https://evil.example/"onmouseover="alert(1))',
  // What a second parse would change.
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=1&gt;">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
  '<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=alert(1) src>">',
  // Out of attributes, scripts and comments.
  '"><script>alert(1)</script>',
  "' onmouseover='alert(1)",
  '` onfocus=alert(1) autofocus `',
  '</script ><script>alert(1)</script>',
  '</ScRiPt><img src=x onerror=alert(1)>',
  '</title></head><body onload=alert(1)>',
  '</style><script>alert(1)</script>',
  '<!-- --!> -->',
  '\\u003cscript\\u003e "\\',
  'one\u2028two\u2029three',
  // XML.
  ']]><script>alert(1)</script><![CDATA[',
  ']]>]]>&&amp;<![CDATA[',
  '</title></item></channel></rss>',
  '"\'`<lastBuildDate>',
  '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
  '<?xml version="1.0"?><?php echo 1 ?>',
  '&amp;&#x0;&nbsp;&bogus;&lt;b&gt;',
  '\u0000\u0001\u0008\u000b\u000c\u000e\u001b\u001f\u007f\u0085 control',
  '\ufffe\uffff none',
  '\ud800 lonely \udfff',
  // Lines that a calendar or a mail would take for its own.
  'SUMMARY:x\r\nATTENDEE:mailto:evil@evil.example',
  'x\r\nBcc: evil@evil.example\r\n\r\nbody',
  // Templates.
  '{{7*7}}',
  '${7*7}',
  '<%= 7*7 %> {% x %} %0a %s $& $1 $`',
  "{count, plural, one {#} other {#}} '{name}'",
  // Directions and look-alikes.
  '\u202egnp.exe\u202c \u2066isolated\u2069 zero\u200bwidth \ufeffmark',
  '\u0430pple.example', // The first letter is Cyrillic.
  'שלום (Main) 48',
  '🎬🏳️‍🌈 \u{1fffe} Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢',
  // Too much.
  `${'>'.repeat(60)} ${'['.repeat(60)} ${'*'.repeat(60)} ${'('.repeat(60)}`,
];

/** The shortest of them that the house takes as one line: for tests that send every text through a form or the API. */
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
