// A bare socket of chat.v1 or desk.v1, for what is said beside what a test looks at.

/** A page of the server that shows nothing, to send things from. */
export async function blank({ context, server }) {
  const page = await context.newPage();
  await page.goto(`${server.url}healthz`);
  return page;
}

/** A socket in a page of the server. Each promise is kept when the server has answered. */
export async function bareSocket(page, path, protocol, hello) {
  await page.evaluate(
    ([path, protocol, hello]) =>
      new Promise((welcomed) => {
        const socket = new WebSocket(location.origin.replace("http", "ws") + path, protocol);
        const frames = [];
        let last = 0;
        const found = (test) =>
          new Promise((heard) => {
            const look = setInterval(() => frames.some(test) && (clearInterval(look), heard(frames.find(test))), 2);
          });
        window.asks = (frame) => {
          const id = String((last += 1));
          socket.send(JSON.stringify({ id, client_id: `${Math.random()}`, ...frame }));
          return found(({ re }) => re === id);
        };
        const replies = () => frames.filter(({ type, event }) => type === "event" && event.kind === "said" && event.by.role !== "shopper");
        window.says = async (text) => {
          const before = replies().length;
          await window.asks({ type: "say", body: { kind: "text", text } });
          await found(() => replies().length > before);
          return replies().at(-1).event;
        };
        socket.onopen = () => socket.send(JSON.stringify({ type: "hello", ...hello }));
        socket.onmessage = ({ data }) => {
          const frame = JSON.parse(data);
          frames.push(frame);
          if (frame.type === "ping") socket.send(JSON.stringify({ type: "pong", n: frame.n }));
          if (frame.type === "welcome") welcomed((window.welcome = frame));
        };
      }),
    [path, protocol, hello],
  );
  return {
    /** Each in turn; the answer to the last one. */
    asks: (...frames) =>
      page.evaluate(async (frames) => {
        let answer = null;
        for (const frame of frames) {
          answer = await window.asks(frame);
          if (answer.type !== "ack") throw new Error(`${JSON.stringify(frame)}: ${JSON.stringify(answer)}`);
        }
        return answer;
      }, frames),
    /** Each in turn to the assistant; its answer to the last one. */
    says: (...texts) =>
      page.evaluate(async (texts) => {
        let answer = null;
        for (const text of texts) answer = await window.says(text);
        return answer;
      }, texts),
    welcome: () => page.evaluate(() => window.welcome),
  };
}
