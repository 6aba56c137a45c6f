import { defineConfig } from "vite";

export default defineConfig({
  build: {
    // The server finds the hashed names in dist/.vite/manifest.json.
    manifest: true,
    // The page is served under a policy without data: addresses, so nothing may be inlined.
    assetsInlineLimit: 0,
    // Every browser we ship to knows modulepreload.
    modulePreload: { polyfill: false },
    target: "es2022",
  },
});
