// The meeting templates as the page offers them: the server has their stages
// (server/board/template_*.cc) and checks the id. PURE.
import { ReplayAudience, TopicKind } from '../gen/swarmboard/v1/enums_pb.js';

export interface TemplateChoice {
  readonly id: string;
  readonly name: string;
  readonly minutes: number;
  readonly topic: TopicKind;
  readonly audience: ReplayAudience;
}

function template(
  id: string,
  name: string,
  topic: TopicKind,
  audience = ReplayAudience.TEAM_AND_MANAGER,
): TemplateChoice {
  // The minutes stand at the end of every id.
  return { id, name, minutes: Number(id.slice(id.lastIndexOf('_') + 1)), topic, audience };
}

export const templates: readonly TemplateChoice[] = [
  template('deal_swarm_50', 'Deal swarm', TopicKind.SPECIFIC_OPPORTUNITY),
  template('quick_assist_20', 'Quick assist', TopicKind.SPECIFIC_OPPORTUNITY),
  template('deal_premortem_30', 'Deal premortem', TopicKind.SPECIFIC_OPPORTUNITY),
  template('competitor_tactics_45', 'Competitor tactics', TopicKind.COMPETITOR_TACTICS),
  template('messaging_workshop_60', 'Messaging workshop', TopicKind.PROPOSITION_MESSAGING),
  template('objection_clinic_45', 'Objection clinic', TopicKind.OBJECTION_HANDLING),
  template('stuck_clinic_50', 'Why things get stuck', TopicKind.WHY_STUCK),
  template('how_to_40', 'How-to session', TopicKind.HOW_TO),
  template('win_loss_45', 'Team win-loss review', TopicKind.WIN_LOSS_REVIEW),
  template(
    'team_retro_60',
    'Team retrospective with pulse',
    TopicKind.TEAM_RETRO,
    ReplayAudience.TEAM,
  ),
  template('target_huddle_25', 'Team target huddle', TopicKind.TARGET_HUDDLE),
  template('framework_session_45', 'Common language', TopicKind.COMMON_LANGUAGE),
  template('double_down_45', 'What works here', TopicKind.DOUBLE_DOWN),
  template('lifecycle_handover_30', 'Handover with a partner team', TopicKind.LIFECYCLE_HANDOVER),
  template('buddy_checkin_20', 'Buddy check-in', TopicKind.BUDDY_CHECKIN, ReplayAudience.PAIR),
  template('conv_5_20_5_30', 'Open conversation', TopicKind.OPEN_CONVERSATION),
];

export function templateName(id: string | undefined): string {
  return templates.find((t) => t.id === id)?.name ?? id ?? '';
}
