import sax from "sax";
import { refusal, SlipwayError } from "../../errors.ts";

/** An element as read. Comments, processing instructions and where its text was cut by children are forgotten. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly in it, references resolved, white space and all. */
  readonly text: string;
}

export interface XmlLimits {
  readonly elements: number;
  readonly depth: number;
}

/** An element whose end has not come yet. */
interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

/** Strict: without it sax would know the entities of HTML. Its types leave the first option out. */
const options = { strictEntities: true, position: false };
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a whole XML document of UTF-8 whose size the caller has bounded. A document type is refused, so there are no
 * entities but XML's own five and references to characters. All that is not well-formed or beyond the limits is refused as
 * SLW-FORMAT; `name` says in refusals what is read: `the table of contents`.
 */
export function readXml(bytes: Uint8Array, name: string, limits: XmlLimits): XmlElement {
  const refuse = (what: string) => refusal("SLW-FORMAT", `${name} cannot be read: ${what}.`);
  const parser = sax.parser(true, options);
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  parser.onerror = () => {
    throw refuse("it is not well-formed XML");
  };
  parser.ondoctype = () => {
    throw refuse("it has a document type");
  };
  parser.onopentag = ({ name: tag, attributes }) => {
    count += 1;
    if (count > limits.elements) throw refuse(`it has more than ${limits.elements} elements`);
    // sax lets a second root pass.
    if (root !== undefined) throw refuse("it is not well-formed XML");
    if (open.length === limits.depth) throw refuse(`it is nested more than ${limits.depth} deep`);
    const given = Object.entries(attributes as Record<string, string>);
    open.push({ name: tag, attributes: new Map(given), children: [], text: "" });
  };
  const addText = (text: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  };
  parser.ontext = addText;
  parser.oncdata = addText;
  parser.onclosetag = () => {
    const element = open.pop();
    if (element === undefined) return;
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
  };
  try {
    parser.write(utf8.decode(bytes)).close();
  } catch (error) {
    if (error instanceof SlipwayError) throw error;
    throw refuse("it is no UTF-8 text");
  }
  if (root === undefined) throw refuse("it has no element");
  return root;
}

/** The one child of this name; undefined where there is none. Several are refused (SLW-FORMAT). */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  const [first, ...more] = element.children.filter((child) => child.name === name);
  if (more.length > 0) throw refusal("SLW-FORMAT", `<${element.name}> has ${more.length + 1} elements <${name}>.`);
  return first;
}
