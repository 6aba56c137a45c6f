// Every picture of the demo shop: by the last part of its product's address, in the colours it is sold in.

import { PAINTS, picture, type Draw, type Ending } from "./kit.ts";
import { harbour } from "./harbour.ts";
import { loft } from "./loft.ts";
import * as room from "./room.ts";
import * as table from "./table.ts";
import * as wear from "./wear.ts";

const THINGS: Record<string, readonly [Draw, ...Ending[]]> = {
  "fjord-wool-throw": [room.woolThrow, "blu", "grn", "gry"],
  "harbour-mug": [table.mug, "blu", "snd", "wht"],
  "harbour-plate": [table.plate, "blu", "snd"],
  "harbour-bowl": [table.bowl, "blu", "snd"],
  "kelp-linen-dress": [wear.dress, "snd"],
  "pine-linen-shirt": [wear.shirt, "wht", "blu"],
  "moor-wool-cardigan": [wear.cardigan, "grn", "gry"],
  "drift-merino-jumper": [wear.jumper, "nvy"],
  "dune-linen-trousers": [wear.trousers, "snd"],
  "skerry-cotton-t-shirt": [wear.tee, "wht", "nvy"],
  "tern-wool-socks": [wear.socks, "gry", "nvy"],
  "beanie-lighthouse": [wear.beanie, "nvy"],
  "galley-linen-apron": [wear.apron, "snd"],
  "oak-chopping-board": [table.board, "oak"],
  "beech-spoon-set": [table.spoons, "bee"],
  "oak-wall-hooks": [room.hooks, "oak"],
  "lantern-table-lamp": [room.tableLamp, "brs", "blk"],
  "mast-floor-lamp": [room.floorLamp, "oak", "blk"],
  "pebble-vase": [table.vase, "wht", "snd"],
  "cedar-candle": [table.cedarCandle, "grn"],
  "sea-salt-candle": [table.saltCandle, "wht"],
  "harbour-rug": [room.rug, "snd"],
  "tide-linen-tablecloth": [room.tablecloth, "wht", "snd"],
  "tide-linen-napkins": [room.napkins, "wht", "blu"],
  "dusk-linen-bed-linen": [room.bedLinen, "wht", "gry"],
  "breeze-linen-curtain": [room.curtain, "wht"],
  "pier-striped-towel": [room.stripedTowel, "blu", "grn"],
  "pier-bath-towel": [room.bathTowel, "blu"],
  "moss-cushion": [room.cushion, "grn", "gry"],
  "willow-basket": [room.basket, "nat"],
  "brook-glass-carafe": [table.carafe, "clr"],
  "quay-enamel-kettle": [table.kettle, "wht"],
  "winter-mug": [table.winterMug, "red"],
};

/** File name to content, as they lie in `dist/img/`. */
export function pictures(): Map<string, string> {
  const things = Object.entries(THINGS).flatMap(([name, [draw, ...endings]]) =>
    endings.map((ending): [string, string] => [`${name}-${ending}.svg`, picture(PAINTS[ending], draw)]),
  );
  const scenes: [string, string][] = [["harbour-day.svg", harbour("day")], ["harbour-night.svg", harbour("night")], ["loft.svg", loft()]];
  return new Map([...things, ...scenes].map(([name, svg]) => [name, rounded(svg)]));
}

/** Nobody sees the third place behind the point, but everybody would load it. */
function rounded(svg: string): string {
  return svg.replace(/\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 10) / 10));
}
