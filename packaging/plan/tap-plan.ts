import type { VersionMoves } from "../channels/entry.ts";
import { versionMoves } from "../channels/version-moves.ts";
import { refusal } from "../errors.ts";
import type { ReleaseRecord } from "../record/record.ts";
import { caskPath, caskText } from "../repositories/homebrew/cask.ts";
import { formulaPath, formulaText, type TappedRelease } from "../repositories/homebrew/formula.ts";
import type { Store } from "../store/store.ts";
import { compareVersions, versionProblem } from "../version.ts";
import { type PlannedText, waitsFor } from "./planned-text.ts";
import type { PlannedPointer } from "./pointer-plan.ts";

/** What a tap has of the products of a stack. */
export interface TapPlan {
  /** Path in the tap → text. */
  readonly files: Readonly<Record<string, PlannedText>>;
  readonly message: string;
  readonly author: ReleaseRecord["maintainer"];
  /** Seconds since 1970: the newest epoch among the releases. */
  readonly date: number;
  /** Sentences about products that the tap cannot have. */
  readonly notices: readonly string[];
}

interface Tapped extends PlannedPointer {
  readonly moves: VersionMoves;
}

/**
 * Plans what a tap has of the releases that channels point at, all products in one; undefined where none of them is for
 * Homebrew. Refuses (SLW-SETTINGS) two products of one name.
 */
export async function planTap(
  store: Store,
  products: readonly PlannedPointer[],
  url: string,
): Promise<TapPlan | undefined> {
  const told = products.filter(({ release }) => release.record.homebrew !== undefined);
  const expressed = told.filter(({ release }) => versionProblem("homebrew", release.version) === undefined);
  const tapped = await Promise.all(
    expressed.map(
      async (product): Promise<Tapped> => ({
        ...product,
        moves: await versionMoves(store, product.channel.now, product.channel.current.version),
      }),
    ),
  );
  const [first] = tapped;
  if (first === undefined) return undefined;
  const files = tapped.flatMap((product) => filesOf(product, url));
  refuseDoubled(files);
  return {
    files: Object.fromEntries(files.map(({ path, text, afterSigning }) => [path, { text, afterSigning }])),
    message: messageOf(tapped),
    author: first.release.record.maintainer,
    date: Math.max(...tapped.map(({ release }) => release.record.epoch)),
    notices: products
      .filter((product) => !expressed.includes(product) && product.channel.before !== undefined)
      .map(
        ({ release: { product, version } }) =>
          `${product} ${version} tells Homebrew nothing: where the tap has ${product}, its files go from it`,
      ),
  };
}

function filesOf(
  { release, moves }: Tapped,
  url: string,
): readonly (PlannedText & { path: string; product: string })[] {
  const { record, folder, product } = release;
  const tapped: TappedRelease = { record, folder, url, versionScheme: moves.lowered };
  const { formula, cask } = record.homebrew ?? {};
  const formulae = formula && {
    path: formulaPath(formula.name),
    text: formulaText(tapped, formula),
    afterSigning: waitsFor(release, ["tar.gz"], record),
  };
  const casks = cask && {
    path: caskPath(cask.name),
    text: caskText(tapped, cask),
    afterSigning: waitsFor(release, ["pkg"], record),
  };
  return [formulae, casks].flatMap((file) => (file === undefined ? [] : [{ ...file, product }]));
}

function refuseDoubled(files: readonly { readonly path: string; readonly product: string }[]): void {
  for (const [at, { path, product }] of files.entries()) {
    const other = files.find((file, index) => index < at && file.path === path);
    if (other === undefined) continue;
    throw refusal("SLW-SETTINGS", `${other.product} and ${product} would both be ${path} of the tap`, {
      setting: ["homebrew", "tap"],
      hint: "Give one of them another name in the section homebrew: of its manifest.",
    });
  }
}

/** As people write it in taps: the products that move, with their versions; all of them where none does. */
function messageOf(tapped: readonly Tapped[]): string {
  const moved = tapped.filter(({ channel }) => channel.before !== undefined || channel.now.entry === undefined);
  return (moved.length > 0 ? moved : tapped).map(movedText).join(", ");
}

function movedText({ release: { product, version }, channel: { before } }: Tapped): string {
  const back = before !== undefined && compareVersions(version, before.version) < 0;
  return back ? `${product} ${version}, back from ${before.version}` : `${product} ${version}`;
}
