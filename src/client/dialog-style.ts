/** The style of the dialogs that the client adds to the app's page. */

const STYLE = `
dialog.sealwright { all: revert; box-sizing: border-box; position: fixed; border: 0; padding: 0; margin: auto;
  width: min(420px, 100vw); max-width: none; max-height: none; overflow: hidden; border-radius: 16px;
  background: Canvas;
  color-scheme: light dark; box-shadow: 0 0 0 1px rgb(128 128 128 / 40%), 0 12px 48px rgb(0 0 0 / 35%); }
dialog.sealwright iframe { display: block; border: 0; width: 100%; height: 100%; color-scheme: light dark; }
dialog.sealwright::backdrop { background: rgb(10 14 20 / 55%); }
dialog.sealwright[data-place=front] { inset: 8dvh 0 auto 0; margin: 0 auto; }
dialog.sealwright[data-place=corner] { inset: auto 16px 16px auto; margin: 0; width: min(360px, calc(100vw - 32px));
  border-radius: 12px; z-index: 2147483000; }
dialog.sealwright[data-place=hidden] { inset: 0 auto auto 0; margin: 0; visibility: hidden; pointer-events: none; }
@media (max-width: 480px) {
  dialog.sealwright[data-place=front] { inset: auto 0 0 0; margin: 0; border-radius: 16px 16px 0 0; }
  dialog.sealwright[data-place=corner] { inset: auto 8px 8px 8px; width: calc(100vw - 16px); }
}
@media (max-height: 480px) and (min-width: 560px) {
  dialog.sealwright[data-place=front] { inset: 6px 0 auto 0; width: calc(100vw - 24px); }
}
dialog.sealwright-notice { padding: 24px; width: min(380px, calc(100vw - 32px)); font: 16px/1.5 system-ui, sans-serif;
  color: light-dark(#13201a, #e9efeb); background: light-dark(#ffffff, #151b18); }
dialog.sealwright-notice h2 { margin: 0 0 8px; font: 600 19px/1.3 system-ui, sans-serif; }
dialog.sealwright-notice p { margin: 0 0 20px; color: light-dark(#4d5b54, #aab8b1); overflow-wrap: anywhere; }
dialog.sealwright-notice div { display: flex; flex-direction: column; gap: 8px; }
dialog.sealwright-notice button { all: revert; box-sizing: border-box; min-height: 44px; padding: 8px 16px; cursor: pointer;
  border: 1px solid light-dark(#b9d3c6, #2f5142); border-radius: 12px; font: 600 16px/1.25 system-ui, sans-serif;
  color: light-dark(#1f5c46, #86d4b4); background: transparent; }
dialog.sealwright-notice button:first-child { border-color: transparent; color: light-dark(#ffffff, #08201a);
  background: light-dark(#1f5c46, #86d4b4); }
dialog.sealwright-notice button:focus-visible { outline: 3px solid light-dark(#1f5c46, #86d4b4); outline-offset: 2px; }
@media (forced-colors: active) {
  dialog.sealwright { outline: 2px solid CanvasText; }
  dialog.sealwright-notice button { border-color: ButtonText; }
}
`;

let isAdded = false;

/**
 * Adds the style once. A constructed style sheet is allowed by a strict style policy of the app.
 */
export function addStyle(): void {
  if (isAdded) return;
  isAdded = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
