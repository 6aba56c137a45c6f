// A morning at the shop, really played: what the numbers and lists of a picture or a test stand on.

import { shopper } from "./staff.mjs";

const ends = (who) => who.acts({ act: "end" });
const helped = async (who, heard) => {
  await who.acts({ act: "helped", of: heard.message, yes: true });
  await who.acts({ act: "rate", score: 5 });
  await ends(who);
};
const rated = (score) => async (who) => {
  await who.acts({ act: "rate", score });
  await ends(who);
};
const asksForAPerson = (who) => who.acts({ act: "human" });
const asksInVain = async (who) => {
  await asksForAPerson(who);
  await ends(who);
};
const staysOpen = async () => undefined;

/** What each says, and how it goes on. */
export const MORNING = [
  [["when are you open?"], helped],
  [["wheres my stuff", "10042", "ann@example.com"], helped],
  [["how long do refunds take?"], ends],
  [["do you accept paypal?"], ends],
  [["how do I wash linen?"], rated(4)],
  [["how much is shipping?"], ends],
  [["wheres my stuff", "10033", "nobody@example.com"], ends],
  [["zyxwv qqqq"], ends],
  [["hello"], ends],
  [["do you sell gift cards?"], ends],
  [["can you wrap it as a present?"], helped],
  [["what payment methods do you accept"], rated(2)],
  [["where is order 10033", "nils.vogt@example.com"], helped],
  [["is the fjord throw in stock?"], ends],
  [["wie lange dauert eine erstattung?"], ends],
  [["where is my order"], ends],
  [["how do I return something?"], ends],
  [["can my mug go in the dishwasher?"], rated(5)],
  [["this is unacceptable"], asksInVain],
  [["thanks a lot"], ends],
  [["which size should I take?"], ends],
  [["do you deliver to france?"], helped],
  [["what does it cost to cancel?"], ends],
  [["when are you open?"], staysOpen],
];

/** One after the other, so that the list has an order; `onlyWaits` are left in the queue. */
export async function aMorning(server, { morning = MORNING, onlyWaits = [] } = {}) {
  for (const [texts, then] of [...morning, ...onlyWaits.map((texts) => [texts, asksForAPerson])]) {
    const who = await shopper(server);
    let heard;
    for (const text of texts) heard = await who.says(text);
    await then(who, heard);
    await who.leaves();
  }
}
