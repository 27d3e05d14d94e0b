"""Node types that keep a conversation: who said what, in order."""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field

from ...llm.conversations import MAX_TEXT_BYTES, Conversations
from ...nodes.context import NodeContext
from ...nodes.node_type import ExecNode, NodeType
from ...nodes.pins import ConversationRef, NodeModel, hints

_CONVERSATION = "The conversation: wire the ConversationId of Create Conversation here"
_SUCCESS = "Whether it was done; says the same as the way that is followed"
_TEXT: dict[str, Any] = {"max_length": MAX_TEXT_BYTES, "json_schema_extra": hints(multiline=True)}


class Outcome(NodeModel):
    """Outputs of a node that only does something or fails."""

    success: bool = Field(default=False, description=_SUCCESS)
    error_message: str = Field(default="", description="What went wrong and what to do; empty on success")


class ConversationNode(ExecNode):
    """What the node types of this module share."""

    category = "OpenAI / Chat"
    exec_in = ("Execute",)
    exec_out = ("Success", "Failed")


class CreateConversation(ConversationNode):
    """Begins a new, empty conversation.

    A conversation is the list of messages that a model gets to read. Add what you want to ask with *Add User Message*,
    then send it with *Create Chat Completion*. It lives as long as the program; keep it longer with
    *Export Conversation*.
    """

    type_id = "openai.create_conversation"
    title = "Create Conversation"
    synonyms = ("new chat", "start chat", "history", "system prompt")

    class Inputs(NodeModel):
        """How to begin."""

        system_data: str | None = Field(
            default=None, description="How the model should behave, for example: Answer in one sentence.", **_TEXT
        )

    class Outputs(NodeModel):
        """The new conversation."""

        conversation_id: ConversationRef = Field(default="", description="Names the conversation for all other nodes")
        error_message: str = Field(default="", description="Why none was made; empty on success")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Make it."""
        conversation_id = ctx.resource(Conversations).create(inputs.system_data or None)
        ctx.set_outputs(self.Outputs(conversation_id=conversation_id))
        return "Success"


class AddUserMessage(ConversationNode):
    """Adds what the user says to the end of a conversation.

    Nothing is sent yet: a *Create Chat Completion* node sends the whole conversation.
    """

    type_id = "openai.add_user_message"
    title = "Add User Message"
    synonyms = ("ask", "prompt", "question", "say")
    Outputs = Outcome

    class Inputs(NodeModel):
        """What is said, and by whom."""

        conversation_id: ConversationRef = Field(description=_CONVERSATION)
        message: str = Field(description="What the user says", **_TEXT)
        name: str | None = Field(
            default=None, min_length=1, description="Who speaks, in a conversation of several people"
        )

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Add the message."""
        message = {"role": "user", "content": inputs.message}
        if inputs.name is not None:
            message["name"] = inputs.name
        ctx.resource(Conversations).append(inputs.conversation_id, message)
        ctx.set_outputs(Outcome(success=True))
        return "Success"


class SetSystemMessage(ConversationNode):
    """Changes how the model should behave from now on.

    The system message stands first in a conversation and is sent with every request; the one before it is replaced.
    """

    type_id = "openai.set_system_message"
    title = "Set System Message"
    synonyms = ("system prompt", "instructions", "role", "behaviour")
    Outputs = Outcome

    class Inputs(NodeModel):
        """The new instructions."""

        conversation_id: ConversationRef = Field(description=_CONVERSATION)
        system_message: str = Field(description="The new instructions to the model", **_TEXT)

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Put the system message in its place."""
        ctx.resource(Conversations).set_system(inputs.conversation_id, inputs.system_message)
        ctx.set_outputs(Outcome(success=True))
        return "Success"


class UpdateConversation(ConversationNode):
    """Adds an answer of the assistant to the end of a conversation.

    Use it to continue a conversation after *Create Chat Completion (Async)*, which leaves the conversation as it is:
    await the answer, then wire its Message to Response. *Create Chat Completion* adds its answer by itself.
    """

    type_id = "openai.update_conversation"
    title = "Update Conversation"
    synonyms = ("add answer", "assistant message", "append response", "history")
    Outputs = Outcome

    class Inputs(NodeModel):
        """What was answered."""

        conversation_id: ConversationRef = Field(description=_CONVERSATION)
        response: str = Field(description="What the assistant has said", **_TEXT)

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Add the answer."""
        ctx.resource(Conversations).append(inputs.conversation_id, {"role": "assistant", "content": inputs.response})
        ctx.set_outputs(Outcome(success=True))
        return "Success"


class GetLastResponse(ConversationNode):
    """Reads the latest answer of the assistant in a conversation.

    It fails if there is none yet. It reads what stands in the conversation; to wait for an answer that is still on its
    way, use *Await Future*.
    """

    type_id = "openai.get_last_response"
    title = "Get Last Response"
    synonyms = ("read answer", "last message", "function call", "tool call")

    class Inputs(NodeModel):
        """Where to read."""

        conversation_id: ConversationRef = Field(description=_CONVERSATION)

    class Outputs(NodeModel):
        """The answer, or the call that stands for one."""

        last_response: str = Field(default="", description="The text of the answer; empty if it is only a call")
        is_function_call: bool = Field(default=False, description="Whether the model wants a function to be called")
        function_call_name: str = Field(default="", description="Which function; empty if it is no call")
        function_call_arguments: str = Field(default="", description="Its arguments as JSON text; empty if no call")
        error_message: str = Field(default="", description="Why there is nothing to read; empty on success")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Find the latest answer and take it apart."""
        message = ctx.resource(Conversations).last_response(inputs.conversation_id)
        call = _function_call(message)
        ctx.set_outputs(
            self.Outputs(
                last_response=_text(message.get("content")),
                is_function_call=call is not None,
                function_call_name=str((call or {}).get("name", "")),
                function_call_arguments=_text((call or {}).get("arguments")),
            )
        )
        return "Success"


class ExportConversation(ConversationNode):
    """Writes a whole conversation as JSON text.

    The text is `{"messages": [...]}`, the messages as the OpenAI API takes them, so that other programs can read it.
    *Import Conversation* brings it back.
    """

    type_id = "openai.export_conversation"
    title = "Export Conversation"
    synonyms = ("save chat", "JSON", "history", "transcript")

    class Inputs(NodeModel):
        """What to write."""

        conversation_id: ConversationRef = Field(description=_CONVERSATION)

    class Outputs(NodeModel):
        """The written conversation."""

        exported_json: str = Field(default="", description="The conversation as JSON text")
        error_message: str = Field(default="", description="Why it could not be written; empty on success")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Write it."""
        text = ctx.resource(Conversations).export_json(inputs.conversation_id)
        ctx.set_outputs(self.Outputs(exported_json=text))
        return "Success"


class ImportConversation(ConversationNode):
    """Begins a new conversation with the messages of a JSON text.

    The text may come from *Export Conversation*, or be any list of messages as the OpenAI API takes them. It is always
    a new conversation: importing the same text twice gives two.
    """

    type_id = "openai.import_conversation"
    title = "Import Conversation"
    synonyms = ("load chat", "JSON", "history", "restore", "examples")

    class Inputs(NodeModel):
        """What to read."""

        conversation_json: str = Field(
            description='{"messages": [...]} or a list of messages, each with role and content',
            json_schema_extra=hints(multiline=True),
        )

    class Outputs(NodeModel):
        """The new conversation."""

        conversation_id: ConversationRef = Field(default="", description="Names the new conversation")
        success: bool = Field(default=False, description=_SUCCESS)
        error_message: str = Field(default="", description="Where the text is wrong; empty on success")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Read it; nothing is made if any message is wrong."""
        conversation_id = ctx.resource(Conversations).import_json(inputs.conversation_json)
        ctx.set_outputs(self.Outputs(conversation_id=conversation_id, success=True))
        return "Success"


def _function_call(message: Any) -> Any:
    """The first call in an assistant's message (`name`, `arguments`), or None; also in the API's older form."""
    for call in message.get("tool_calls") or ():
        if isinstance(call, dict) and isinstance(call.get("function"), dict):
            return call["function"]
    return message.get("function_call")


def _text(content: object) -> str:
    """Content as text: parts that are text are put together, anything else is given as JSON text."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if isinstance(part.get("text"), str))
    if content is None or isinstance(content, str):
        return content or ""
    return json.dumps(content, ensure_ascii=False)


NODE_TYPES: tuple[type[NodeType], ...] = (
    CreateConversation,
    AddUserMessage,
    SetSystemMessage,
    UpdateConversation,
    GetLastResponse,
    ExportConversation,
    ImportConversation,
)
