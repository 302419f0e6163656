import type { X509Certificate } from "node:crypto";
import { isoSeconds } from "../../clock.ts";
import { printable } from "../../manifest/printable.ts";

const longestChain = 8;

/** The certificate and its issuers among others, each followed by who signed it; it ends with a root or where one misses. */
export function chainFrom(leaf: X509Certificate, others: readonly X509Certificate[]): readonly X509Certificate[] {
  const chain = [leaf];
  for (let last: X509Certificate | undefined = leaf; last !== undefined && chain.length < longestChain; ) {
    const issuer: X509Certificate | undefined = isRoot(last) ? undefined : issuerOf(last, others);
    if (issuer !== undefined) chain.push(issuer);
    last = issuer;
  }
  return chain;
}

/** Whether a certificate is signed by its own key. */
export function isRoot(certificate: X509Certificate): boolean {
  return isIssued(certificate, certificate);
}

/**
 * What speaks against a chain (leaf first) at a time (seconds since 1970): nothing where one of its certificates is an anchor
 * or signed by one, and from there down each holds then and each issuer may issue. What is above need not be trusted, but ends
 * with a root or an anchor too: nothing in it is signed by nobody. RFC 5280, section 6, without policies, name constraints,
 * path lengths and revocation.
 */
export function chainFault(
  chain: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  at: number,
): string | undefined {
  const trusted = chain.findIndex((certificate) => anchorOf(certificate, anchors) !== undefined);
  const [top, last] = [chain[trusted], chain.at(-1)];
  const anchor = top && anchorOf(top, anchors);
  if (last === undefined) return "has no certificate";
  if (anchor === undefined || !(isRoot(last) || anchorOf(last, anchors))) {
    return `leads to ${nameOf(last)}, which is not trusted here`;
  }
  return faultWithin([...chain.slice(0, trusted + 1), anchor], at);
}

/** What speaks against a chain at a time, whoever is trusted: one that does not hold then, an issuer that may not issue. */
export function faultWithin(chain: readonly X509Certificate[], at: number): string | undefined {
  for (const [depth, certificate] of chain.entries()) {
    const fault = validityFault(certificate, at);
    if (fault !== undefined) return `is by ${nameOf(certificate)}, which ${fault}`;
    if (depth > 0 && !certificate.ca) return `leads to ${nameOf(certificate)}, which may not issue certificates`;
  }
  return undefined;
}

function anchorOf(certificate: X509Certificate, anchors: readonly X509Certificate[]): X509Certificate | undefined {
  return anchors.find(({ raw }) => raw.equals(certificate.raw)) ?? issuerOf(certificate, anchors);
}

/** `expired on …` or `is valid only from … on`; undefined of a certificate that holds at that time. */
export function validityFault(certificate: X509Certificate, at: number): string | undefined {
  const from = certificate.validFromDate.getTime() / 1000;
  const to = certificate.validToDate.getTime() / 1000;
  if (at < from) return `is valid only from ${isoSeconds(from)} on, and the time is ${isoSeconds(at)}`;
  return at > to ? `expired on ${isoSeconds(to)}, and the time is ${isoSeconds(at)}` : undefined;
}

/** Whether a certificate's extended key usage names this purpose. One without is for anything, but nothing of ours. */
export function isFor(certificate: X509Certificate, purpose: string): boolean {
  return (certificate.keyUsage ?? []).includes(purpose);
}

/** The subject's common name, or all of it, as a message may show it. */
export function nameOf({ subject }: X509Certificate): string {
  const name = /^CN=(.*)$/m.exec(subject)?.[1] ?? subject.replaceAll("\n", ", ");
  return printable(name.slice(0, 100));
}

function issuerOf(certificate: X509Certificate, among: readonly X509Certificate[]): X509Certificate | undefined {
  return among.find((issuer) => isIssued(certificate, issuer));
}

function isIssued(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    // A key of a kind that is not known here signs nothing.
    return false;
  }
}
