/** The model that a configuration means. */
import type { ModelAddress } from "../../config/model.js";
import type { ServedModel } from "./ask.js";

/** What speaks to models is loaded only where one is asked: it takes half a second and 30 MB. */
export async function loadModel(address: ModelAddress): Promise<ServedModel> {
  switch (address.kind) {
    case "openai":
      return (await import("./openAiCompatible.js")).openAiCompatibleModel(address);
    case "bedrock":
      return (await import("./bedrock.js")).bedrockModel(address);
  }
}
