// The bars of the days, drawn by uPlot on a canvas: it sets styles from script only, so it works under our policy.

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { count, shortDay } from "../parts/format";
import { OUTCOMES, type Day } from "./report";

export interface Drawing {
  fit: () => void;
  remove: () => void;
}

const HEIGHT = 240;
/** Room for one day's name below the axis, in pixels. */
const LABEL = 64;

/** `pointed` is told the day below the pointer, and where it is as a share of the width; `opened` the day that was clicked. */
export function drawDays(
  host: HTMLElement,
  days: Day[],
  zone: string,
  pointed: (at: { index: number; left: number } | null) => void,
  opened: (index: number) => void,
): Drawing {
  const colour = (name: string): string => colourOf(host, name);
  const paths = uPlot.paths.bars?.({ size: [0.7, 56] });
  const bars = paths === undefined ? {} : { paths };
  const axis = { stroke: colour("--ink-soft"), font: `12px ${getComputedStyle(host).fontFamily}`, ticks: { show: false } };
  const plot = new uPlot(
    {
      width: host.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      padding: [8, 20, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, range: [-0.5, days.length - 0.5] },
        y: { range: (_plot, _least, most) => [0, Math.max(4, most * 1.05)] },
      },
      axes: [
        {
          ...axis,
          size: 28,
          grid: { show: false },
          splits: (plot) => everyFew(days.length, plot.bbox.width / devicePixelRatio),
          values: (_plot, splits) => splits.map((at) => (days[at] === undefined ? "" : shortDay(days[at].from, zone))),
        },
        {
          ...axis,
          grid: { stroke: colour("--line"), width: 1 },
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000],
          values: (_plot, splits) => splits.map(count),
        },
      ],
      series: [
        {},
        // The tallest first: each next one covers it up to its own height, and what stays in sight is the stack.
        ...OUTCOMES.toReversed().map((outcome) => ({
          fill: colour(`--o-${outcome.replaceAll("_", "-")}`),
          ...bars,
          points: { show: false },
        })),
      ],
      hooks: {
        setCursor: [
          ({ cursor: { idx, left }, over }) =>
            pointed(idx === null || idx === undefined || left === undefined || left < 0 ? null : { index: idx, left: (over.offsetLeft + left) / host.clientWidth }),
        ],
      },
    },
    [days.map((_, at) => at), ...heights(days)],
    host,
  );
  plot.over.addEventListener("click", () => typeof plot.cursor.idx === "number" && opened(plot.cursor.idx));
  return {
    fit: () => host.clientWidth > 0 && plot.setSize({ width: host.clientWidth, height: HEIGHT }),
    remove: () => plot.destroy(),
  };
}

/** How high each outcome's top stands in each day's stack, the last outcome first. */
export function heights(days: Day[]): number[][] {
  return OUTCOMES.map((_, last) => days.map(({ outcomes }) => OUTCOMES.slice(0, last + 1).reduce((height, outcome) => height + outcomes[outcome], 0))).toReversed();
}

/** The days that are named: the last one, and as many before it as there is room for. */
export function everyFew(days: number, width: number): number[] {
  const step = Math.max(1, Math.ceil((days * LABEL) / Math.max(LABEL, width)));
  const named = [];
  for (let at = days - 1; at >= 0; at -= step) named.unshift(at);
  return named;
}

/** A colour as the browser computes it: a canvas does not know all that a custom property may hold, such as light-dark(). */
function colourOf(host: HTMLElement, name: string): string {
  host.style.color = `var(${name})`;
  const { color } = getComputedStyle(host);
  host.style.color = "";
  return color;
}
