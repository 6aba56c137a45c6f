import { expect, test } from "vitest";
import { summarised } from "./words";

test.each([
  ["Wants: complaint (order_number 10043)", "Wants: complaint (order number 10043)"],
  ["Tried: choices:track order,get refund; a rule called a person", "Tried: a choice of track order, get refund; a rule called a person"],
  ["Tried: choices:track order,get refund ×2, then found nothing; a rule called a person", "Tried: a choice of track order, get refund ×2, then found nothing; a rule called a person"],
  ["Tried: nothing yet; the shopper asked for a person", "Tried: nothing yet; the shopper asked for a person"],
])("%s reads as words", (line, words) => expect(summarised(line)).toBe(words));
