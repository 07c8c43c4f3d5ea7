/** The style of the report's page, for screens in both schemes and for paper. */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#ffffff, #151b18);
  --canvas: light-dark(#f3f6f3, #0d1210);
  --ink: light-dark(#13201a, #e9efeb);
  --ink-2: light-dark(#4d5b54, #aab8b1);
  --line: light-dark(#dde5e0, #2b3630);
  --good: light-dark(#1f5c46, #86d4b4);
  --bad: light-dark(#a11d14, #ffa398);
  --open: light-dark(#774700, #f0c57c);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--canvas); color: var(--ink); font: 0.9375rem/1.5 system-ui, sans-serif; }
header, main, footer { max-inline-size: 64rem; margin-inline: auto; padding: 1.25rem; }
h1 { margin: 0; font-size: 2rem; }
h2 { margin-block: 2rem 0.25rem; font-size: 1.1875rem; }
h2::first-letter, .chain b::first-letter { text-transform: uppercase; }
h3 { margin: 0; font-size: 0.9375rem; }
p { margin-block: 0.25rem; }
code, .exact { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.8125rem; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; }
header { border-block-start: 0.5rem solid var(--good); }
header.rejected { border-color: var(--bad); }
.accepted h1 { color: var(--good); }
.rejected h1 { color: var(--bad); }
.headline { font-weight: 700; }
.chain { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: 0.75rem; margin: 0; padding: 0; list-style: none; }
.chain li { border: 1px solid var(--line); border-block-start: 0.25rem solid var(--open); border-radius: 8px; background: var(--paper); }
.chain a { display: grid; gap: 0.125rem; padding: 0.75rem; color: inherit; text-decoration: none; }
.chain b { display: block; }
.chain small, .chain span { color: var(--ink-2); }
.chain .pass { border-block-start-color: var(--good); }
.chain .fail { border-block-start-color: var(--bad); }
.checks { margin: 0; padding: 0; list-style: none; }
.checks li { margin-block: 0.5rem; padding: 0.75rem; border: 1px solid var(--line); border-inline-start: 0.25rem solid var(--open); border-radius: 8px; background: var(--paper); break-inside: avoid; }
.checks .pass { border-inline-start-color: var(--good); }
.checks .fail { border-inline-start-color: var(--bad); }
.status { margin-inline-start: 0.5rem; color: var(--open); font-weight: 400; }
.pass .status { color: var(--good); }
.fail .status { color: var(--bad); font-weight: 700; }
dl { display: grid; grid-template-columns: 6rem 1fr; gap: 0.125rem 0.75rem; margin: 0.375rem 0 0; }
dt { color: var(--ink-2); }
dd { margin: 0; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } }
@media print {
  :root { color-scheme: light; }
  body { background: none; }
  a { color: inherit; }
}
`;
