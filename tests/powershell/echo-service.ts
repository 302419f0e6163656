/**
 * Stands in for the service of the runtime, on loopback: answers with what it is sent, the method and path in a header.
 * /short states a longer answer than it gives, /late gives none, /rude speaks no HTTP. The first line that it prints is
 * its port; it ends when its standard input does.
 */
import { createServer, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";

const crlf = "\r\n";
const server = createServer({ allowHalfOpen: true }, async (socket) => {
  socket.on("error", () => socket.destroy());
  let seen = Buffer.alloc(0);
  for await (const chunk of socket) {
    seen = Buffer.concat([seen, chunk]);
    const end = seen.indexOf(crlf + crlf);
    const head = seen.subarray(0, Math.max(end, 0)).toString("latin1");
    const size = Number(/^Content-Length: (\d+)$/m.exec(head.replaceAll(crlf, "\n"))?.[1]);
    if (end !== -1 && seen.length >= end + 4 + size) {
      answer(head.split(" ").slice(0, 2).join(" "), seen.subarray(end + 4), socket);
      return;
    }
  }
});

function answer(asked: string, body: Buffer, socket: Socket): void {
  if (asked.endsWith("/late")) return;
  if (asked.endsWith("/rude")) {
    socket.end("hello");
    return;
  }
  const stated = asked.endsWith("/short") ? body.length + 1 : body.length;
  const head = ["HTTP/1.0 200 OK", `Content-Length: ${stated}`, `X-Asked: ${asked}`, "", ""].join(crlf);
  socket.end(Buffer.concat([Buffer.from(head), asked.startsWith("HEAD") ? Buffer.alloc(0) : body]));
}

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  console.log(address.port);
});
await buffer(process.stdin);
process.exit(0);
