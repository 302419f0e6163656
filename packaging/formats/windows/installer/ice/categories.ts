/** Texts of each kind that columns hold ("Column Data Types" of the Windows Installer SDK), as far as a look at them tells. */

const identifier = /^[A-Za-z_][A-Za-z0-9_.]*$/;
const guid = /^\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/;
const shortName = /^[^\s\\?|><:/*"+,;=[\].]{1,8}(?:\.[^\s\\?|><:/*"+,;=[\].]{1,3})?$/;
const longName = /^[^\\?|><:/*"\p{Cc}]{1,255}$/u;

function isFileName(text: string): boolean {
  const [short = "", long, more] = text.split("|");
  return more === undefined && shortName.test(short) && (long === undefined || longName.test(long));
}

function isVersion(text: string): boolean {
  return /^\d{1,5}(?:\.\d{1,5}){0,3}$/.test(text) && text.split(".").every((part) => Number(part) <= 65_535);
}

function isBalanced(text: string, open: string, close: string): boolean {
  let depth = 0;
  for (const letter of text) {
    if (letter === open) depth += 1;
    if (letter === close) depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

const categories: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ["Cabinet", (text) => (text.startsWith("#") ? identifier.test(text.slice(1)) : shortName.test(text))],
  ["Condition", (text) => isBalanced(text.replace(/"[^"]*"/g, ""), "(", ")") && text.split('"').length % 2 === 1],
  ["CustomSource", (text) => identifier.test(text)],
  ["DefaultDir", (text) => text.split(":").every((part) => part === "." || isFileName(part) || identifier.test(part))],
  ["Filename", isFileName],
  ["Formatted", (text) => isBalanced(text, "[", "]")],
  ["Guid", (text) => guid.test(text)],
  ["Identifier", (text) => identifier.test(text)],
  ["Language", (text) => /^\d{1,5}(?:,\d{1,5})*$/.test(text)],
  ["Property", (text) => identifier.test(text.replace(/^%/, ""))],
  ["RegPath", (text) => !/^\\|\\$|\\\\/.test(text) && isBalanced(text, "[", "]")],
  ["Text", () => true],
  ["UpperCase", (text) => identifier.test(text) && text === text.toUpperCase()],
  ["Version", isVersion],
]);

/** Whether a text is of a category; undefined for one that is not known here. */
export function isOfCategory(text: string, category: string): boolean | undefined {
  return categories.get(category)?.(text);
}
