/**
 * Loaded before the program (NODE_OPTIONS=--require): notes each file that is opened in the file named by COUNT_READS,
 * one path a line, so that a test can say what was read and not how long it took.
 */
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");

const log = process.env["COUNT_READS"] ?? "";
const out = fs.openSync(log, "a");

/**
 * @param {Record<string, any>} object
 * @param {string} name
 */
function note(object, name) {
  const plain = object[name];
  /**
   * @this {unknown}
   * @param {unknown} file
   * @param {...unknown} rest
   */
  object[name] = function (file, ...rest) {
    if (typeof file === "string" && file !== log) fs.writeSync(out, `${name} ${file}\n`);
    return plain.call(this, file, ...rest);
  };
}

for (const name of ["createReadStream", "readFileSync", "readFile"]) note(fs, name);
for (const name of ["open", "readFile"]) note(fs.promises, name);
syncBuiltinESMExports();
