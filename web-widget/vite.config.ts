import { defineConfig, loadEnv } from "vite";
import { demoPictures } from "./src/demo/art/plugin.ts";

/** `npm run dev` and `npm run preview` pass these on to a server that runs beside them: `FRONTDESK=http://… npm run dev`. */
const backend = loadEnv("", ".", "FRONTDESK")["FRONTDESK"] ?? "http://127.0.0.1:8080";
const passed = {
  target: backend,
  ws: true,
  changeOrigin: true,
  // The server takes sockets and changes only from its own pages; here it is asked on their behalf.
  headers: { origin: backend },
};
const proxy = { "/v1": passed, "/api": passed };

export default defineConfig({
  plugins: [demoPictures()],
  build: {
    // The server finds the hashed names in dist/.vite/manifest.json.
    manifest: true,
    // The pages are served under a policy without data: addresses, so nothing may be inlined.
    assetsInlineLimit: 0,
    // Every browser we ship to knows modulepreload.
    modulePreload: { polyfill: false },
    target: "es2022",
    rollupOptions: {
      input: { demo: "index.html", widget: "widget.html", console: "console.html", loader: "src/loader/loader.ts" },
    },
  },
  server: { proxy },
  preview: { proxy },
});
