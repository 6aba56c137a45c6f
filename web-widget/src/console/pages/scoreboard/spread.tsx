// How long something took, as one reads it: half of the times, nine of ten, all but the odd one.

import { count, duration, known } from "../parts/format";
import type { Spread } from "./report";

interface SpreadTableProps {
  /** What the rows are. */
  of: string;
  rows: { name: string; spread: Omit<Spread, "max"> }[];
  /** The id of the heading. */
  labelled: string;
}

export function SpreadTable({ of, rows, labelled }: SpreadTableProps) {
  return (
    <div class="sb-scroll" role="group" aria-labelledby={labelled} tabIndex={0}>
      <table class="table sb-table">
        <thead>
          <tr>
            <th scope="col">{of}</th>
            <th scope="col" class="number">Times</th>
            <th scope="col" class="number">Half within</th>
            <th scope="col" class="number">9 of 10</th>
            <th scope="col" class="number">99 of 100</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, spread }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{count(spread.count)}</td>
              <td class="number">{known(spread.p50, duration)}</td>
              <td class="number">{known(spread.p90, duration)}</td>
              <td class="number">{known(spread.p99, duration)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
