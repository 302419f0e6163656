/**
 * What the bootstrap says while it works. All of it goes to standard error: `npm run pulumi -- stack export` must print
 * nothing but the export.
 */

const TOPIC_WIDTH = 10;
const TEXT_WIDTH = 70;
/** Without a terminal a line is printed at most this often, in milliseconds. */
const QUIET_INTERVAL = 15_000;

/**
 * One finished step: `engine    pulumi 3.250.0 from the cache        0.1 s`.
 *
 * @param {string} topic
 * @param {string} text
 * @param {number} started what `performance.now()` said when the step began
 * @returns {string}
 */
export function stepLine(topic, text, started) {
  return `${topic.padEnd(TOPIC_WIDTH)}${text.padEnd(TEXT_WIDTH)} ${elapsed(started)}`;
}

/**
 * @param {string} topic
 * @param {string} text
 * @param {number} started
 * @returns {void}
 */
export function reportStep(topic, text, started) {
  process.stderr.write(`${stepLine(topic, text, started)}\n`);
}

/**
 * A step that takes a while. On a terminal one line is rewritten; elsewhere a line is printed now and then.
 *
 * @param {string} topic
 * @param {string} text what begins
 * @param {NodeJS.WriteStream} [out]
 * @returns {{ update: (text: string) => void, end: (text: string) => void }} `end` leaves the closing line
 */
export function beginStep(topic, text, out = process.stderr) {
  const started = performance.now();
  let latest = text;
  let printed = Number.NEGATIVE_INFINITY;
  const show = () => {
    if (out.isTTY) {
      out.write(`\r\u001b[K${stepLine(topic, latest, started).slice(0, (out.columns ?? 80) - 1)}`);
    } else if (performance.now() - printed >= QUIET_INTERVAL) {
      printed = performance.now();
      out.write(`${stepLine(topic, latest, started)}\n`);
    }
  };
  show();
  const timer = setInterval(show, 1000);
  return {
    update(next) {
      latest = next;
    },
    end(last) {
      clearInterval(timer);
      out.write(`${out.isTTY ? "\r\u001b[K" : ""}${stepLine(topic, last, started)}\n`);
    },
  };
}

/** @param {number} started */
function elapsed(started) {
  const seconds = (performance.now() - started) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`.padStart(9);
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`.padStart(9);
}
