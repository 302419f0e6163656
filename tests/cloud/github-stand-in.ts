import { main } from "@pulumi/pulumi/provider/index.js";
import { numberOf } from "./numbers.ts";
import { type Kind, type Properties, StandInProvider } from "./stand-in-provider.ts";
import { worldFolder } from "./world.ts";

function called(...identity: readonly string[]): Kind {
  return { identity };
}

const kinds = {
  "github:index/actionsSecret:ActionsSecret": called("repository", "secretName"),
  "github:index/actionsVariable:ActionsVariable": called("repository", "variableName"),
  "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret": called("repository", "environment", "secretName"),
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": called(
    "repository",
    "environment",
    "variableName",
  ),
  "github:index/repositoryEnvironment:RepositoryEnvironment": called("repository", "environment"),
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": called(
    "repository",
    "environment",
    "branchPattern",
  ),
  "github:index/repositoryRuleset:RepositoryRuleset": {
    ...called("repository", "name"),
    computed: () => ({ rulesetId: 42 }),
  },
};

const functions = {
  "github:index/getUser:getUser": ({ username }: Properties) => ({ id: String(numberOf(username)), username }),
  "github:index/getTeam:getTeam": ({ slug }: Properties) => ({ id: String(numberOf(slug)), slug }),
};

await main(new StandInProvider({ version: "6.15.0", kinds, functions }, worldFolder()), process.argv.slice(2));
