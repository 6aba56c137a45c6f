// @ts-ignore: the types of Node are no dependency of ours; they come and go with those of others.
import { readFileSync } from "node:fs";
import { type Plugin, build, defineConfig, loadEnv } from "vite";
import { demoPictures } from "./src/demo/art/plugin.ts";

const LOADER = "src/loader/loader.ts";

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

type Asked = { url?: string | undefined };

/** What a shop pastes has to be a plain script: no import, and no name of its own in the shop's page. */
function plainScript(): Plugin {
  return {
    name: "plain-script",
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk" || !chunk.facadeModuleId?.endsWith(LOADER)) continue;
        const ties = [...chunk.imports, ...chunk.dynamicImports, ...chunk.exports];
        if (ties.length > 0) this.error(`the loader shares code with another entry: ${ties.join(", ")}`);
        chunk.code = `(()=>{${chunk.code.trim()}})();\n`;
      }
    },
  };
}

/** The addresses the real server has: the pages without ".html", and the loader under its stable name. */
function addresses(): Plugin {
  const page = (request: Asked): void => {
    const name = /^\/(widget|console)(?=[/?#]|$)/.exec(request.url ?? "")?.[1];
    if (name !== undefined) request.url = `/${name}.html`;
  };
  return {
    name: "addresses",
    configureServer(server) {
      server.middlewares.use((request: Asked, response, next) => {
        page(request);
        if (request.url !== "/frontdesk.js") return next();
        // Modules are not bundled here, and a plain script cannot import any.
        const made = build({ configFile: false, logLevel: "silent", plugins: [plainScript()], build: { write: false, rollupOptions: { input: LOADER } } });
        made.then((result) => {
          const chunk = "output" in result ? result.output[0] : undefined;
          response.setHeader("content-type", "text/javascript").end(chunk?.code);
        }, next);
      });
    },
    configurePreviewServer(server) {
      server.middlewares.use((request: Asked, _, next) => {
        page(request);
        if (request.url === "/frontdesk.js") request.url = `/${JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"))[LOADER].file}`;
        next();
      });
    },
  };
}

export default defineConfig({
  plugins: [plainScript(), addresses(), demoPictures()],
  build: {
    // The server finds the hashed names in dist/.vite/manifest.json.
    manifest: true,
    // The pages are served under a policy without data: addresses, so nothing may be inlined.
    assetsInlineLimit: 0,
    // Every browser we ship to knows modulepreload.
    modulePreload: { polyfill: false },
    target: "es2022",
    rollupOptions: {
      input: { demo: "index.html", widget: "widget.html", console: "console.html", loader: LOADER },
    },
  },
  server: { proxy },
  preview: { proxy },
});
