/** `fetch` for servers that may answer anything: no redirects, and no more of an answer than a text of ours can be long. */

/** A text has a few kilobytes; what thinks aloud before it, some more. */
const maxAnswerBytes = 1_048_576;

/** Fails where an answer is longer than a text can be, or points elsewhere: the key is for the server that is configured. */
export const boundedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: "error" });
  if (response.body === null) return response;
  let bytes = 0;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > maxAnswerBytes) controller.error(new Error(`the answer has more than ${maxAnswerBytes} bytes`));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counting), { status, statusText, headers });
};
