// The button's and the panel's looks. A constructed style sheet: a page's policy needs no `unsafe-inline` for it.
// A page sets --frontdesk-accent, --frontdesk-bottom and --frontdesk-layer. Lengths are in pixels where a shop's own
// `html { font-size: 62.5% }` would shrink them. The clear border is seen where colours are forced.

const UNSEEN = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";

export const STYLE = `:host{all:initial;--fill:#1f5a46;--on:#fff;--surface:#fff;color-scheme:light}
:host([dark]){--fill:#8ecfb0;--on:#0d2018;--surface:#1a2220;color-scheme:dark}
:host([hidden]),[hidden]{display:none!important}
button,div{position:fixed;z-index:var(--frontdesk-layer,2147483000);bottom:max(var(--frontdesk-bottom,16px),env(safe-area-inset-bottom));inset-inline-end:16px;overflow:hidden;border:1px solid #0000;box-shadow:0 10px 36px #14231e38}
button{display:flex;align-items:center;gap:10px;min-height:52px;padding:0 20px;border-radius:99px;background:var(--fill);color:var(--on);font:600 max(15px,.9375rem)/1.3 system-ui,sans-serif;cursor:pointer;overflow:visible;transition:.14s}
button:hover{filter:brightness(1.1)}
button:focus-visible{outline:3px solid var(--fill);outline-offset:3px;box-shadow:0 0 0 3px var(--surface)}
button:before{content:"";box-sizing:border-box;width:22px;height:20px;border:2px solid;border-radius:10px 10px 10px 3px}
b{min-width:24px;border-radius:99px;background:var(--on);color:var(--fill);font-size:13px;line-height:24px}
i{${UNSEEN}}
div{width:400px;height:min(680px,100dvh - 32px);bottom:16px;border-radius:18px;background:var(--surface)}
iframe{display:block;width:100%;height:100%;border:0;opacity:0;transition:.2s;color-scheme:inherit}
.up{opacity:1}
@media(max-width:30rem){div{inset:var(--top,0) 0 auto;width:auto;height:var(--tall,100dvh);border-radius:0}
button{min-height:56px;padding:0 16px}
span:not(.up){${UNSEEN}}
b{position:absolute;top:-6px;right:-6px}}
@media(prefers-reduced-motion:reduce){*{transition:none!important}}`;
