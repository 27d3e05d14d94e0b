"""Node types that ask a model to answer a conversation."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Collection
from functools import partial

from pydantic import Field

from ...completions import Completions
from ...errors import FutureSettledError
from ...futures.future import FutureOrigin, FutureResponse, FutureState
from ...futures.registry import FutureRegistry
from ...ids import FutureId
from ...llm.conversations import Conversations
from ...llm.requests import chat_request
from ...nodes.context import NodeContext
from ...nodes.node_type import ExecNode, NodeType
from ...nodes.pins import ConversationRef, FutureRef, Json, NodeModel, hints
from ..retrigger import RetriggerConfig, begin_as_configured


class ChatInputs(NodeModel):
    """What both ways of asking take. Ranges are those of the OpenAI API; what is unset is not sent."""

    model: str = Field(description="Which model answers, for example gpt-4o-mini. A local model answers to any name")
    conversation: ConversationRef = Field(
        description="What the model reads: wire the ConversationId of Create Conversation here"
    )
    temperature: float | None = Field(
        default=None, ge=0, le=2,
        description="How freely words are chosen: 0 is strict, 2 is wild. Set this or TopP, not both",
    )  # fmt: skip
    top_p: float | None = Field(
        default=None, ge=0, le=1,
        description="Share of probability to choose words from: 0.1 keeps to the likeliest. Set this or Temperature",
    )  # fmt: skip
    n: int | None = Field(default=None, ge=1, le=128, description="How many answers to write; all are kept apart")
    stream: bool | None = Field(
        default=None, description="Whether the text comes piece by piece, to be watched while it is written"
    )
    stop: str | None = Field(
        default=None,
        description=r"Texts that end the answer, separated by commas; write \, for a comma and \n for a new line",
    )
    max_tokens: int | None = Field(
        default=None, ge=1, description="Longest answer; a token is about three quarters of a word",
        json_schema_extra=hints(unit="tokens"),
    )  # fmt: skip
    presence_penalty: float | None = Field(
        default=None, ge=-2, le=2, description="Above 0: speak of new things rather than of what was already said"
    )
    frequency_penalty: float | None = Field(
        default=None, ge=-2, le=2, description="Above 0: the more often a word has come, the less it is used"
    )
    logit_bias: str | None = Field(
        default=None,
        description='JSON object: token id to a number from -100 (never) to 100 (always), as {"50256": -100}',
        json_schema_extra=hints(multiline=True),
    )
    user: str | None = Field(default=None, description="Who asks: a tag that is sent along, to tell your users apart")
    reasoning_effort: str | None = Field(
        default=None,
        description="How much a reasoning model thinks before it answers: for example minimal, low, medium or high",
        json_schema_extra=hints(advanced=True),
    )
    seed: int | None = Field(
        default=None, description="The same seed gives, as far as the model can, the same answer again",
        json_schema_extra=hints(advanced=True),
    )  # fmt: skip
    response_format: Json = Field(
        default=None, description='What the answer must look like, as {"type": "json_object"} or a JSON schema',
        json_schema_extra=hints(advanced=True),
    )  # fmt: skip
    provider: str | None = Field(
        default=None, description="Which provider of providers.json is asked; unset is the default one",
        json_schema_extra=hints(advanced=True),
    )  # fmt: skip
    extra_body: Json = Field(
        default=None,
        description='JSON object with more to send, for what this node has no pin for, as {"top_k": 40}',
        json_schema_extra=hints(advanced=True),
    )


class ChatCompletion(ExecNode):
    """Asks a model to answer a conversation, and waits for the answer.

    The answer is added to the conversation (with N above 1: the first one), so the next *Add User Message* simply goes
    on with the talk. The flow waits here; to go on at once, use *Create Chat Completion (Async)*. The request shows in
    the futures panel while it runs, and is cancelled when the run is.
    """

    type_id = "openai.chat_completion"
    title = "Create Chat Completion"
    category = "OpenAI / Chat"
    synonyms = ("ask", "LLM", "GPT", "prompt", "answer", "complete")
    exec_in = ("Execute",)
    exec_out = ("Success", "Failed")

    class Inputs(ChatInputs):
        """As for both ways of asking, with the default model of the reference documentation."""

        model: str = Field(default="gpt-3.5-turbo", description=ChatInputs.model_fields["model"].description)

    class Outputs(NodeModel):
        """What the model answered, once."""

        response: str = Field(default="", description="The whole reply of the server as JSON text")
        message: str = Field(default="", description="The answer; with N above 1 the first one")
        finish_reason: str = Field(default="", description="Why it ended: stop (it was done), length (MaxTokens), ...")
        usage: str = Field(default="", description="How many tokens it took, as JSON text")
        error_message: str = Field(default="", description="What went wrong and what to do; empty on success")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Ask, wait, and add the answer to the conversation."""
        await ctx.resource(Completions).spending.ready()
        future = await _settled(_start(inputs, ctx), ctx.resource(FutureRegistry))
        ctx.set_outputs(self._outputs(future))
        if future.state is not FutureState.SUCCEEDED:
            return "Failed"
        answer = {"role": "assistant", "content": future.text()}
        ctx.resource(Conversations).append(inputs.conversation, answer)
        return "Success"

    def _outputs(self, future: FutureResponse) -> Outputs:
        result = future.result
        assert result is not None
        return self.Outputs(
            response=_json_text(result.response),
            message=result.message,
            finish_reason=result.finish_reason,
            usage=_json_text(result.usage),
            error_message=future.error,
        )


class ChatCompletionAsync(ExecNode):
    """Asks a model to answer a conversation, and goes on at once: the answer comes in the background.

    *Success* means that the request was started, not that it was answered. Its FutureResponseId is the claim ticket:
    redeem it whenever you like with *Await Future*, *Await All Futures*, *When Future Settles* or *Future Status*. The
    futures panel shows the request live.

    The model reads the conversation as it is now; what is added later does not reach this request. The answer is not
    added to the conversation, since several may be on their way: do that with *Update Conversation*. *Failed* means
    that nothing was sent; errors of the server come through the future. The request outlives its run.

    Executed again while its last request is pending it asks anew, unless its setting *While pending* says otherwise.
    """

    type_id = "openai.chat_completion_async"
    title = "Create Chat Completion (Async)"
    category = "OpenAI / Chat"
    synonyms = ("ask", "LLM", "GPT", "prompt", "background", "parallel", "future", "promise")
    exec_in = ("Execute",)
    exec_out = ("Success", "Failed")
    Inputs = ChatInputs
    Config = RetriggerConfig

    class Outputs(NodeModel):
        """What stands for the answer until it is there."""

        future_response_id: FutureRef = Field(default="", description="The claim ticket for the answer")
        error_message: str = Field(default="", description="Why the request could not be started; empty on success")

    async def execute(self, inputs: ChatInputs, ctx: NodeContext) -> str:
        """Start the request and go on."""
        await ctx.resource(Completions).spending.ready()
        future_id = begin_as_configured(partial(_start, inputs, ctx), self.config, ctx)
        ctx.set_outputs(self.Outputs(future_response_id=future_id))
        return "Success"


def _start(inputs: ChatInputs, ctx: NodeContext, after: Collection[FutureId] = ()) -> FutureId:
    """Check the inputs and register the request; no I/O happens before this returns."""
    messages = ctx.resource(Conversations).messages(inputs.conversation)
    options = inputs.model_dump(by_alias=True, exclude={"model", "conversation", "provider"}, exclude_none=True)
    request = chat_request(inputs.model, messages, options)
    origin = FutureOrigin(ctx.run_id, ctx.node_id, ctx.step_id, ctx.run_started, ctx.source.key)
    return ctx.resource(Completions).start(request, origin, provider=inputs.provider, after=after)


async def _settled(future_id: FutureId, futures: FutureRegistry) -> FutureResponse:
    """Wait for the answer; nobody else has its id, so it is given up when the wait is."""
    try:
        return await futures.wait(future_id)
    except asyncio.CancelledError:
        with contextlib.suppress(FutureSettledError):
            futures.cancel(future_id, "the node that waited for it was cancelled")
        raise


def _json_text(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


NODE_TYPES: tuple[type[NodeType], ...] = (ChatCompletion, ChatCompletionAsync)
