// Draws the demo shop's pictures into `dist/img/`, and answers for them while developing.

import type { Plugin } from "vite";
import { pictures } from "./pictures.ts";

export function demoPictures(): Plugin {
  return {
    name: "demo-pictures",
    generateBundle() {
      for (const [name, source] of pictures()) this.emitFile({ type: "asset", fileName: `img/${name}`, source });
    },
    configureServer(server) {
      for (const [name, source] of pictures()) {
        server.middlewares.use(`/img/${name}`, (_, response) => {
          response.setHeader("content-type", "image/svg+xml");
          response.end(source);
        });
      }
    },
  };
}
