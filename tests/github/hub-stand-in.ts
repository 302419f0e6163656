import { createHash } from "node:crypto";

/** What a commit holds: path → id of a blob. A stand-in's tree has no folders of its own. */
type Tree = ReadonlyMap<string, string>;

interface Commit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: StandInIdentity;
  readonly committer: StandInIdentity;
}

/** Who made a commit, and when. */
export interface StandInIdentity {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface StandInRepository {
  readonly fullName: string;
  /** What it is a fork of. */
  readonly source: string | undefined;
  /** Whether the token may write here. */
  push: boolean;
  archived: boolean;
  /** Branch → commit. */
  readonly branches: Map<string, string>;
}

export interface StandInPull {
  readonly number: number;
  readonly repository: string;
  readonly base: string;
  readonly fork: string;
  readonly branch: string;
  title: string;
  body: string | null;
  state: "open" | "closed";
  merged_at: string | null;
  /** Where the branch was when the request was closed. */
  closedAt: string | undefined;
}

export interface HubAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** `GET /repos/a/b/pulls?head=...` as a route sees it. */
export interface HubQuestion {
  readonly method: string;
  readonly pathname: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

type Handler = (repository: StandInRepository, rest: readonly string[], question: HubQuestion) => HubAnswer;

/**
 * Repositories, their git database and their pull requests, as GitHub's REST API (2022-11-28) and the mutation updateRefs
 * of its GraphQL API tell and change them. Forks share objects.
 */
export class HubStandIn {
  readonly repositories = new Map<string, StandInRepository>();
  readonly pulls: StandInPull[] = [];
  readonly #blobs = new Map<string, string>();
  readonly #trees = new Map<string, Tree>();
  readonly #commits = new Map<string, Commit>();

  /** A repository with these files on `master`, or a fork of one. */
  addRepository(fullName: string, from: Readonly<Record<string, string>> | string): StandInRepository {
    const source = typeof from === "string" ? from : undefined;
    const made = { fullName, source, push: true, archived: false, branches: new Map<string, string>() };
    this.repositories.set(fullName, made);
    if (typeof from === "string") made.branches.set("master", this.#repository(from).branches.get("master") ?? "");
    else this.commit(fullName, "master", from, "first");
    return made;
  }

  /** Somebody's commit on a branch: files are added or changed; null removes one. */
  commit(
    fullName: string,
    branch: string,
    files: Readonly<Record<string, string | null>>,
    message: string,
    author = somebody,
  ): string {
    const { branches } = this.#repository(fullName);
    const parent = branches.get(branch);
    const entries = Object.entries(files).map(([path, text]) => ({
      path,
      sha: text === null ? null : this.#blob(text),
    }));
    const tree = this.#grow(parent === undefined ? undefined : this.#commits.get(parent)?.tree, entries);
    const made = this.#commit({ tree, parents: parent === undefined ? [] : [parent], message, ...by(author) });
    branches.set(branch, made);
    return made;
  }

  merge(number: number): void {
    const pull = this.#pull(number);
    const head = this.#headOf(pull);
    const { branches } = this.#repository(pull.repository);
    const base = branches.get(pull.base) ?? "";
    const changed = this.#changes(pull.base, pull.repository, head);
    const tree = this.#grow(
      this.#commits.get(base)?.tree,
      changed.map((path) => ({ path, sha: this.#treeOf(head).get(path) ?? null })),
    );
    this.close(number);
    pull.merged_at = "2026-01-01T00:00:00Z";
    branches.set(pull.base, this.#commit({ tree, parents: [base], message: pull.title, ...by(moderator) }));
    this.#repository(pull.fork).branches.delete(pull.branch);
  }

  close(number: number): void {
    const pull = this.#pull(number);
    pull.closedAt = this.#headOf(pull);
    pull.state = "closed";
  }

  /** Path → text of a branch or commit. */
  files(fullName: string, ref: string): Readonly<Record<string, string>> {
    const tree = this.#treeOf(this.#resolve(this.#repository(fullName), ref) ?? "");
    return Object.fromEntries([...tree].toSorted().map(([path, blob]) => [path, this.#blobs.get(blob) ?? ""]));
  }

  /** Messages of a branch, the newest first. */
  log(fullName: string, ref: string): readonly string[] {
    return this.#history(this.#resolve(this.#repository(fullName), ref) ?? "").map(
      (id) => this.#commits.get(id)?.message ?? "",
    );
  }

  answer(question: HubQuestion): HubAnswer | undefined {
    if (question.method === "POST" && question.pathname === "/graphql") return this.#updateRefs(question.body);
    const [, owner, name, ...rest] = question.pathname.slice(1).split("/").map(decodeURIComponent);
    if (!question.pathname.startsWith("/repos/")) return undefined;
    const repository = this.repositories.get(`${owner}/${name}`);
    if (repository === undefined) return notFound;
    if (question.method !== "GET" && repository.archived)
      return refused(403, "Repository was archived so is read-only.");
    // Anybody may open a pull request to a repository that is open to read.
    const writes = question.method !== "GET" && rest[0] !== "pulls";
    if (writes && !repository.push) return refused(403, "Resource not accessible by personal access token");
    return this.#routes[`${question.method} ${rest.slice(0, rest[0] === "git" ? 2 : 1).join("/")}`]?.(
      repository,
      rest,
      question,
    );
  }

  readonly #routes: Readonly<Record<string, Handler>> = {
    "GET ": (repository) => ok(repositoryBody(repository)),
    "GET git/ref": (repository, [, , , ...branch]) => {
      const sha = repository.branches.get(branch.join("/"));
      return sha === undefined ? notFound : ok(refBody(branch.join("/"), sha));
    },
    "POST git/refs": (repository, _, { body }) => {
      const branch = String(body["ref"]).replace(/^refs\/heads\//, "");
      const sha = String(body["sha"]);
      if (!this.#commits.has(sha)) return refused(422, "Object does not exist");
      if (repository.branches.has(branch)) return refused(422, "Reference already exists");
      repository.branches.set(branch, sha);
      return { status: 201, body: refBody(branch, sha) };
    },
    "GET git/commits": (_, [, , sha = ""]) => {
      const found = this.#commits.get(sha);
      return found === undefined
        ? notFound
        : ok({ ...found, sha, tree: { sha: found.tree }, parents: found.parents.map((id) => ({ sha: id })) });
    },
    "POST git/commits": (_, __, { body }) => {
      const { tree, parents, message, author, committer } = body as unknown as Commit;
      if (!this.#trees.has(tree)) return refused(422, "Tree SHA does not exist");
      const sha = this.#commit({ tree, parents, message, author, committer });
      return { status: 201, body: { sha, tree: { sha: tree } } };
    },
    "POST git/trees": (_, __, { body }) => {
      const { base_tree, tree } = body as unknown as { base_tree: string; tree: readonly TreeEntry[] };
      const base = this.#trees.get(base_tree);
      if (base === undefined) return refused(422, "Could not find all pieces");
      if (tree.some(({ path, sha }) => sha === null && !base.has(path))) return refused(422, "GitRPC::BadObjectState");
      const entries = tree.map(({ path, content, sha }) => ({
        path,
        sha: content === undefined ? (sha ?? null) : this.#blob(content),
      }));
      return { status: 201, body: { sha: this.#grow(base_tree, entries) } };
    },
    "GET contents": (repository, [, ...path], { query }) => {
      const commit = this.#resolve(repository, query.get("ref") ?? "master");
      if (commit === undefined) return refused(404, "No commit found for the ref");
      const tree = this.#treeOf(commit);
      const sha = tree.get(path.join("/"));
      if (sha !== undefined) return ok({ type: "file", sha, path: path.join("/") });
      return [...tree.keys()].some((it) => it.startsWith(`${path.join("/")}/`)) ? ok([]) : notFound;
    },
    "GET pulls": (repository, [, number, files], { query }) => {
      const mine = this.pulls.filter((it) => it.repository === repository.fullName);
      if (number === undefined) {
        const [owner, branch] = (query.get("head") ?? "").split(":");
        const asked = mine.filter(
          (it) => it.fork.split("/")[0] === owner && it.branch === branch && it.base === query.get("base"),
        );
        const state = query.get("state") ?? "open";
        return ok(
          asked
            .filter((it) => state === "all" || it.state === state)
            .toReversed()
            .map((it) => this.#pullBody(it)),
        );
      }
      const pull = mine.find((it) => it.number === Number(number));
      if (pull === undefined) return notFound;
      const changed = this.#changes(pull.base, pull.repository, this.#headOf(pull));
      if (files !== undefined) return ok(changed.map((filename) => ({ filename })));
      return ok({ ...this.#pullBody(pull), commits: this.#ahead(pull).length, changed_files: changed.length });
    },
    "POST pulls": (repository, _, { body }) => {
      const [owner, branch = ""] = String(body["head"]).includes(":")
        ? String(body["head"]).split(":")
        : [undefined, String(body["head"])];
      const fork =
        owner === undefined
          ? repository.fullName
          : `${owner}/${body["head_repo"] ?? repository.fullName.split("/")[1]}`;
      const base = String(body["base"]);
      const head = this.repositories.get(fork)?.branches.get(branch);
      if (head === undefined) return refused(422, "Validation Failed", "head invalid");
      if (
        this.pulls.some((it) => it.state === "open" && it.fork === fork && it.branch === branch && it.base === base)
      ) {
        return refused(422, "Validation Failed", `A pull request already exists for ${owner}:${branch}.`);
      }
      if (this.#changes(base, repository.fullName, head).length === 0)
        return refused(422, "Validation Failed", `No commits between ${base} and ${branch}`);
      const { fullName } = repository;
      const words = { title: String(body["title"]), body: String(body["body"]) };
      const state = { state: "open", merged_at: null, closedAt: undefined } as const;
      this.pulls.push({
        number: 100 + this.pulls.length,
        repository: fullName,
        base,
        fork,
        branch,
        ...words,
        ...state,
      });
      return { status: 201, body: this.#pullBody(this.#pull(99 + this.pulls.length)) };
    },
    "PATCH pulls": (_, [, number], { body }) => {
      const pull = this.#pull(Number(number));
      pull.title = String(body["title"] ?? pull.title);
      // As GitHub stores what a browser sends.
      pull.body = String(body["body"] ?? pull.body)
        .replaceAll(/\r?\n/g, "\r\n")
        .trim();
      return ok(this.#pullBody(pull));
    },
  };

  /** Answers mistakes in GraphQL's way: status 200 and a list of errors. */
  #updateRefs({ query, variables }: Readonly<Record<string, unknown>>): HubAnswer {
    if (!String(query).includes("updateRefs(input: $input)")) return graphqlErrors("Field is not defined");
    const { repositoryId, refUpdates } = (variables as { input: UpdateRefs }).input;
    const repository = [...this.repositories.values()].find((it) => nodeId(it) === repositoryId);
    if (repository === undefined)
      return graphqlErrors(`Could not resolve to a node with the global id of '${repositoryId}'.`);
    if (!repository.push) return graphqlErrors("Resource not accessible by personal access token");
    for (const { name, beforeOid, afterOid } of refUpdates) {
      const branch = name.replace(/^refs\/heads\//, "");
      if (repository.branches.get(branch) !== beforeOid)
        return graphqlErrors("Reference cannot be updated: it is at another commit");
      repository.branches.set(branch, afterOid);
    }
    return ok({ data: { updateRefs: { clientMutationId: null } } });
  }

  #pullBody(pull: StandInPull) {
    const repo = this.repositories.has(pull.fork) ? { full_name: pull.fork } : null;
    const { number, state, merged_at, title, body } = pull;
    const html_url = `https://github.example/${pull.repository}/pull/${number}`;
    return {
      number,
      html_url,
      state,
      merged_at,
      title,
      body,
      head: { ref: pull.branch, sha: this.#headOf(pull), repo },
    };
  }

  #headOf(pull: StandInPull): string {
    return pull.closedAt ?? this.#repository(pull.fork).branches.get(pull.branch) ?? "";
  }

  /** Paths in which a commit differs from where it left the base. */
  #changes(base: string, repository: string, head: string): readonly string[] {
    const onBase = new Set(this.#history(this.#repository(repository).branches.get(base) ?? ""));
    const fork = this.#treeOf(this.#history(head).find((id) => onBase.has(id)) ?? "");
    const tree = this.#treeOf(head);
    return [...new Set([...fork.keys(), ...tree.keys()])]
      .filter((path) => fork.get(path) !== tree.get(path))
      .toSorted();
  }

  #ahead(pull: StandInPull): readonly string[] {
    const onBase = new Set(this.#history(this.#repository(pull.repository).branches.get(pull.base) ?? ""));
    return this.#history(this.#headOf(pull)).filter((id) => !onBase.has(id));
  }

  #history(commit: string): readonly string[] {
    const found = this.#commits.get(commit);
    return found === undefined
      ? []
      : [commit, ...(found.parents[0] === undefined ? [] : this.#history(found.parents[0]))];
  }

  #resolve(repository: StandInRepository, ref: string): string | undefined {
    return this.#commits.has(ref) ? ref : repository.branches.get(ref);
  }

  #treeOf(commit: string): Tree {
    return this.#trees.get(this.#commits.get(commit)?.tree ?? "") ?? new Map();
  }

  #repository(fullName: string): StandInRepository {
    const found = this.repositories.get(fullName);
    if (found === undefined) throw new Error(`the stand-in has no ${fullName}`);
    return found;
  }

  #pull(number: number): StandInPull {
    const found = this.pulls.find((it) => it.number === number);
    if (found === undefined) throw new Error(`the stand-in has no pull request ${number}`);
    return found;
  }

  #blob(text: string): string {
    return this.#kept(this.#blobs, text, `blob ${Buffer.byteLength(text)}\0${text}`);
  }

  #commit(commit: Commit): string {
    return this.#kept(this.#commits, commit, `commit ${JSON.stringify(commit)}`);
  }

  #grow(base: string | undefined, entries: readonly { readonly path: string; readonly sha: string | null }[]): string {
    const tree = new Map(this.#trees.get(base ?? ""));
    for (const { path, sha } of entries) {
      if (sha === null) tree.delete(path);
      else tree.set(path, sha);
    }
    return this.#kept(this.#trees, tree, `tree ${JSON.stringify([...tree].toSorted())}`);
  }

  #kept<Value>(objects: Map<string, Value>, value: Value, identity: string): string {
    const id = createHash("sha1").update(identity).digest("hex");
    objects.set(id, value);
    return id;
  }
}

const date = "2026-01-01T00:00:00Z";
const somebody: StandInIdentity = { name: "Somebody", email: "somebody@example.org", date };
const moderator: StandInIdentity = { name: "Moderator", email: "moderator@example.org", date };

function by(author: StandInIdentity): Pick<Commit, "author" | "committer"> {
  return { author, committer: author };
}

interface TreeEntry {
  readonly path: string;
  readonly content?: string;
  readonly sha?: string | null;
}

interface UpdateRefs {
  readonly repositoryId: string;
  readonly refUpdates: readonly { readonly name: string; readonly beforeOid: string; readonly afterOid: string }[];
}

function repositoryBody(repository: StandInRepository) {
  const { fullName, source, push, archived } = repository;
  return {
    ...{ node_id: nodeId(repository), full_name: fullName, html_url: `https://github.example/${fullName}`, archived },
    ...{
      fork: source !== undefined,
      ...(source && { source: { full_name: source } }),
      permissions: { pull: true, push },
    },
  };
}

function nodeId({ fullName }: StandInRepository): string {
  return `R_${Buffer.from(fullName).toString("base64url")}`;
}

function refBody(branch: string, sha: string) {
  return { ref: `refs/heads/${branch}`, object: { sha, type: "commit" } };
}

function ok(body: unknown): HubAnswer {
  return { status: 200, body };
}

function graphqlErrors(message: string): HubAnswer {
  return ok({ data: { updateRefs: null }, errors: [{ message }] });
}

/** An answer that says no, in GitHub's form. */
export function refused(status: number, message: string, detail?: string): HubAnswer {
  const errors = detail === undefined ? {} : { errors: [{ resource: "PullRequest", code: "custom", message: detail }] };
  return { status, body: { message, ...errors, documentation_url: "https://docs.github.com/rest" } };
}

const notFound = refused(404, "Not Found");
