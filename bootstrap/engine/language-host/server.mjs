/**
 * The language host of an engine that was built from source: it runs the program and policy packs on Node when the
 * engine asks. gRPC service pulumirpc.LanguageRuntime; releases bring an official one and never meet this.
 */
import grpc from "@grpc/grpc-js";
import languageGrpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { installDependencies, listDependencies } from "./dependencies.mjs";
import { interruptAll } from "./processes.mjs";
import { runPlugin, runProgram } from "./run.mjs";

/** The engine's own address, which it gives as the last argument. */
const engineAddress = process.argv.at(-1) ?? "";

/** @type {Partial<languageGrpc.ILanguageRuntimeServer>} */
const host = {
  handshake: (_call, reply) => reply(null, new language.LanguageHandshakeResponse()),
  getPluginInfo: (_call, reply) => reply(null, new plugin.PluginInfo().setVersion("1.0.0")),
  // The SDKs name their provider's version when they register a resource: nothing has to be known before.
  getRequiredPackages: (_call, reply) => reply(null, new language.GetRequiredPackagesResponse()),
  getRequiredPlugins: (_call, reply) => reply(null, new language.GetRequiredPluginsResponse()),
  about: (_call, reply) =>
    reply(null, new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
  getProgramDependencies: ({ request }, reply) =>
    reply(null, listDependencies(request.getInfo()?.getProgramDirectory() ?? ".")),
  installDependencies,
  run: (call, reply) => {
    runProgram(call, engineAddress).then((response) => reply(null, response), reply);
  },
  runPlugin,
  cancel: (_call, reply) => {
    interruptAll();
    reply(null, new empty.Empty());
  },
};

const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
// The generated interface also wants the code generators, which answer "unimplemented" by themselves.
server.addService(languageGrpc.LanguageRuntimeService, /** @type {languageGrpc.ILanguageRuntimeServer} */ (host));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  // The engine reads the port from the first line.
  process.stdout.write(`${port}\n`);
});

function stop() {
  interruptAll();
  process.exit(0);
}
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
// The engine holds the other end of standard input: its end is the engine's.
process.stdin.on("end", stop).resume();
