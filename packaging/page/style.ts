/**
 * The style of all pages, in two colour schemes. Every colour of text has a contrast of 4.5 to 1 on what it stands on, every
 * line of the plot 3 to 1 (WCAG 2.2, AA); a test computes it in a browser.
 */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #fcfcfb; --raised: #f2f4f5; --text: #1c2126; --quiet: #55606b; --line: #d8dde1; --link: #0a58a8;
  --badge: #e3edf7; --badge-text: #0b4a8a; --notice: #fdf3e1; --notice-line: #b7791f; --notice-text: #6f4205;
  --added: #14653a; --removed: #a3242f;
  --s0: #0a63b8; --s1: #b4530a; --s2: #1a7f53; --s3: #8a3fb0; --s4: #5c6670;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --raised: #1e2328; --text: #e7eaed; --quiet: #a5b0ba; --line: #353d45; --link: #82bcff;
    --badge: #1d3550; --badge-text: #b5d7ff; --notice: #33270f; --notice-line: #d9a441; --notice-text: #f5d9a0;
    --added: #7fd6a1; --removed: #ff9ea3;
    --s0: #6db1ff; --s1: #f0a35e; --s2: #63cf9b; --s3: #cf9bf0; --s4: #a5b0ba;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0 auto; max-width: 54rem; padding: 2rem clamp(1rem, 4vw, 2rem) 3rem; background: var(--ground); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: break-word;
}
h1, h2, h3 { line-height: 1.25; text-wrap: balance; font-weight: 650; }
h1 { margin: .35rem 0 .5rem; font-size: clamp(1.7rem, 1.3rem + 2vw, 2.3rem); letter-spacing: -.015em; }
h2 { margin: 0 0 .75rem; font-size: 1.3rem; letter-spacing: -.005em; }
h3 { margin: 1.25rem 0 .4rem; font-size: 1rem; }
p { margin: .4rem 0; max-width: 44rem; }
a { color: var(--link); text-decoration-thickness: .06em; text-underline-offset: .18em; }
a:hover { text-decoration-thickness: .12em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
code, pre, .version { font-variant-numeric: tabular-nums; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .85rem; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.6; tab-size: 4; }
ul, ol { padding-left: 1.25rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .5rem; background: var(--ground); padding: .25rem .5rem; }
.summary { font-size: 1.1rem; color: var(--quiet); }
.aside { color: var(--quiet); font-size: .9rem; }
.badge {
  display: inline-block; padding: .1em .6em; border-radius: 1em; background: var(--badge); color: var(--badge-text);
  font-size: .8rem; font-weight: 600; letter-spacing: .01em; vertical-align: .18em; line-height: 1.5;
}
.back, .notice { background: var(--notice); color: var(--notice-text); }
.notice { border-left: 4px solid var(--notice-line); padding: .9rem 1.1rem; border-radius: 4px; }
.notice h2 { font-size: 1.1rem; margin-bottom: .25rem; }
.notice ul { margin: .4rem 0 0; }
.top nav { color: var(--quiet); font-size: .9rem; }
.facts { display: flex; flex-wrap: wrap; gap: .6rem 2rem; margin: 1rem 0 0; }
.facts dt { color: var(--quiet); font-size: .8rem; }
.facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.contents { margin: 1.5rem 0 0; border-block: 1px solid var(--line); }
.contents ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0; padding: .35rem 0; list-style: none; }
.contents a { display: inline-block; padding: .25rem 0; text-decoration: none; }
.contents a:hover { text-decoration: underline; }
main > section { margin-top: 2.25rem; }
.steps { padding-left: 1.5rem; margin: .5rem 0; }
.steps > li { margin: .75rem 0; }
.steps > li::marker { color: var(--quiet); font-variant-numeric: tabular-nums; }
.lines { display: flex; align-items: flex-start; background: var(--raised); border-radius: 6px; margin: .4rem 0; }
.lines pre { flex: 1; min-width: 0; padding: .6rem .8rem; }
button {
  font: inherit; font-size: .8rem; color: var(--link); background: var(--ground); border: 1px solid var(--line); border-radius: 5px;
  padding: .25rem .6rem; cursor: pointer; min-height: 1.9rem;
}
button:hover { border-color: var(--link); }
.lines button { margin: .4rem; flex: none; min-width: 4.4rem; }
details { border-top: 1px solid var(--line); }
details:last-child { border-bottom: 1px solid var(--line); }
summary { cursor: pointer; padding: .5rem .2rem; font-weight: 550; }
summary::marker { color: var(--quiet); }
details[open] > summary { margin-bottom: .1rem; }
[role="tablist"] { display: flex; gap: .4rem; margin: 0 0 .75rem; }
[role="tab"] { font-size: .95rem; padding: .4rem 1rem; min-height: 2.4rem; color: var(--text); }
[role="tab"][aria-selected="true"] { background: var(--badge); color: var(--badge-text); border-color: var(--badge-text); font-weight: 600; }
.tabbed h3 { display: none; }
.files, .channels, .keys, .legend { list-style: none; padding: 0; margin: 0; }
.files li { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .5rem 0; border-top: 1px solid var(--line); }
.files li:last-child { border-bottom: 1px solid var(--line); }
.files .name { overflow-wrap: anywhere; font-weight: 550; }
.size { font-variant-numeric: tabular-nums; white-space: nowrap; }
.digest { grid-column: 1 / -1; color: var(--quiet); font-size: .78rem; overflow-wrap: anywhere; user-select: all; }
.keys li { padding: .2rem 0; }
.keys code { overflow-wrap: anywhere; user-select: all; }
.channels li { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .9rem; padding: .6rem 0; border-top: 1px solid var(--line); }
.channels li:last-child { border-bottom: 1px solid var(--line); }
.channels .badge { vertical-align: baseline; }
.channels .name { font-size: 1.1rem; font-weight: 600; }
figure { margin: 0 0 1.25rem; }
figcaption { color: var(--quiet); font-size: .9rem; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; margin: .5rem 0; font-size: .9rem; }
.swatch { width: 1.75rem; height: .75rem; vertical-align: -.05rem; }
.wide, .narrow { margin: .25rem 0 .75rem; }
.narrow { display: none; }
.wide svg, .narrow svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--quiet); font-size: 11.5px; font-variant-numeric: tabular-nums; }
.grid { stroke: var(--line); stroke-width: 1; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.s0 { stroke: var(--s0); } .s1 { stroke: var(--s1); } .s2 { stroke: var(--s2); } .s3 { stroke: var(--s3); } .s4 { stroke: var(--s4); }
circle.s0 { fill: var(--s0); } path.s1:not(.line) { fill: var(--s1); } path.s2:not(.line) { fill: var(--s2); }
path.s3:not(.line) { fill: var(--s3); } path.s4:not(.line) { fill: var(--s4); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .9rem .35rem 0; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; }
thead th { color: var(--quiet); font-weight: 550; }
.history { list-style: none; padding: 0; margin: 0; }
.history > li { padding: .75rem 0; border-top: 1px solid var(--line); }
.history h3 { margin: 0; font-size: 1.05rem; }
.history p { margin: .1rem 0; }
.history details { border: 0; }
.history summary { padding: .25rem 0; font-weight: 400; font-size: .9rem; }
.changes { background: var(--raised); border-radius: 6px; padding: .6rem .8rem; margin: .3rem 0; }
.row { display: block; padding-left: 1.5em; text-indent: -1.5em; }
.added { color: var(--added); }
.removed { color: var(--removed); }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .75rem; color: var(--quiet); font-size: .85rem; }
@media (max-width: 34rem) {
  .wide { display: none; }
  .narrow { display: block; }
  .lines { flex-direction: column; }
  .lines button { align-self: flex-end; margin-top: 0; }
  .steps { padding-left: 1.25rem; }
}
@media print {
  .contents, button, .skip { display: none; }
}
`;
