/** The agents of AWS's clients: connections are kept, and the proxy is that of the environment where Node takes it from there. */
export async function openAgents() {
  const { Agent: HttpAgent } = await import("node:http");
  const { Agent: HttpsAgent } = await import("node:https");
  const agent = {
    keepAlive: true,
    maxSockets: 32,
    ...(process.env["NODE_USE_ENV_PROXY"] === "1" && { proxyEnv: process.env }),
  };
  return { httpAgent: new HttpAgent(agent), httpsAgent: new HttpsAgent(agent) };
}
