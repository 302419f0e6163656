import { createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { type Decompressor, throughStream } from "./through-stream.ts";

/** gzip, one member or several (RFC 1952). */
export const gunzip: Decompressor = (source) => throughStream(createGunzip(), source, "gzip");

/** Deflate without any frame, as in a zip archive (RFC 1951). */
export const inflateRaw: Decompressor = (source) => throughStream(createInflateRaw(), source, "deflate");

/** Deflate in zlib's frame, as in a xar archive (RFC 1950). */
export const inflate: Decompressor = (source) => throughStream(createInflate(), source, "zlib");
