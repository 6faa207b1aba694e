// Opening a session from what was prepared.
import type { SessionPlan } from '../../gen/swarmboard/v1/facilitation_records_pb.js';
import { ReplayAudience, TopicKind } from '../../gen/swarmboard/v1/enums_pb.js';
import type { Command } from '../../gen/swarmboard/v1/command_pb.js';
import { command } from '../commands.js';

/** The command that opens the session `sessionId` as the plan says. */
export function openPlan(planId: string, plan: SessionPlan, sessionId: string): Command {
  const topic = {
    kind: plan.topicKind ?? TopicKind.UNSPECIFIED,
    title: (plan.title ?? '').trim(),
    ...(plan.dealId !== undefined && plan.dealId !== '' && { dealId: plan.dealId }),
  };
  return command({
    case: 'openSession',
    value: {
      sessionId,
      templateId: plan.templateId ?? '',
      topic,
      replayAudience: plan.replayAudience ?? ReplayAudience.UNSPECIFIED,
      ...(plan.timeboxes !== undefined && { timeboxes: plan.timeboxes }),
      guestsWait: plan.guestsWait === true,
      planId,
      parkedId: plan.parkedId ?? '',
    },
  });
}
