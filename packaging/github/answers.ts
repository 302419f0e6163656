import { z } from "zod";

/** Answers of GitHub's REST API (2022-11-28), as far as they are read. */

const objectId = z.string().regex(/^[0-9a-f]{40,64}$/);

/** `GET /repos/{owner}/{repo}` */
export const repositoryAnswer = z.object({
  node_id: z.string(),
  full_name: z.string(),
  html_url: z.string(),
  fork: z.boolean(),
  archived: z.boolean().default(false),
  /** What all its forks come from in the end. */
  source: z.object({ full_name: z.string() }).nullish(),
  permissions: z.object({ push: z.boolean(), pull: z.boolean() }).optional(),
});

/** `GET /repos/{owner}/{repo}/git/ref/{ref}` */
export const referenceAnswer = z.object({ object: z.object({ sha: objectId, type: z.string() }) });

/** `GET /repos/{owner}/{repo}/git/commits/{sha}`, and what makes one. */
export const commitAnswer = z.object({ sha: objectId, tree: z.object({ sha: objectId }) });

const identity = z.object({ name: z.string(), email: z.string(), date: z.string() });

/** The same, with who made it. */
export const wholeCommitAnswer = commitAnswer.extend({
  author: identity,
  committer: identity,
  parents: z.array(z.unknown()),
});

export const treeAnswer = z.object({ sha: objectId });

/** `GET /repos/{owner}/{repo}/contents/{path}`: a folder's is a list. */
export const contentsAnswer = z.union([z.object({ type: z.string(), sha: objectId }), z.array(z.unknown())]);

/** `GET /repos/{owner}/{repo}/pulls` */
export const pullAnswer = z.object({
  number: z.int().positive(),
  html_url: z.string(),
  state: z.enum(["open", "closed"]),
  merged_at: z.string().nullish(),
  title: z.string(),
  body: z.string().nullish(),
  /** The repository of a fork may be gone. */
  head: z.object({ ref: z.string(), sha: objectId, repo: z.object({ full_name: z.string() }).nullable() }),
});

/** `GET /repos/{owner}/{repo}/pulls/{number}` says more. */
export const wholePullAnswer = pullAnswer.extend({ commits: z.int(), changed_files: z.int() });

export const pullFilesAnswer = z.array(z.object({ filename: z.string() }));

export type Pull = z.infer<typeof pullAnswer>;
export type WholePull = z.infer<typeof wholePullAnswer>;
