// The page's own words. What the assistant says comes from the server.

export const ROLES = {
  nurse: "护士",
  head: "科室负责人",
  engineer: "工程师",
  logistics: "后勤",
  desk: "服务台",
  supervisor: "主管",
  admin: "管理员",
};

/** Name and tone of each kind of message; the tone is never without its word. */
export const KINDS = {
  ticket_opened: ["已登记", "calm"],
  ticket_updated: ["工单更新", "calm"],
  dispatch: ["派单", "calm"],
  sla_warning: ["快超时", "warn"],
  sla_breach: ["已超时", "alert"],
  escalation: ["上报", "alert"],
  progress_request: ["请报进展", "warn"],
  sign_off_request: ["请确认", "calm"],
  survey: ["请评价", "calm"],
  digest: ["日报", "plain"],
  report: ["报告", "plain"],
  handover: ["交接", "calm"],
  stock_alert: ["库存", "warn"],
  inspection: ["巡检", "plain"],
  clarify: ["请选一个", "warn"],
  answer: ["", "plain"],
  notice: ["通知", "plain"],
};

/** Kinds that ask for something; once their buttons are gone they ask no more. */
export const ASKING = new Set(["clarify", "sign_off_request", "survey", "handover"]);

/** Buttons that are seldom the next thing to do. */
export const QUIET_BUTTONS = new Set(["撤销", "为什么", "取消报修", "转派", "求助", "不接", "否"]);

export const EXAMPLES = ["6楼护士站打印机卡纸了", "呼吸内科要两个硒鼓", "急诊电脑开不了机，急"];

export const SUGGESTIONS = {
  nurse: ["护士站打印机卡纸了", "电脑开不了机，急", "要两个硒鼓", "催一下", "好了，谢谢", "没修好，还是卡"],
  head: ["我们科打印机又坏了", "我的工单", "催一下", "没修好，请再来看看"],
  engineer: ["收到，马上到", "到了", "换好了，好了", "等配件，明天到", "我的工单", "忙不过来，谁帮我跑一趟"],
  logistics: ["收到", "送到了", "缺货，明天到", "我的工单"],
  desk: ["未完成列表", "今天谁值班", "库存 硒鼓", "帮助"],
  supervisor: ["未完成列表", "今天完成了多少单", "今天谁值班", "帮助"],
  admin: ["帮助", "今天谁值班", "我的工单"],
};
export const STRANGER_SUGGESTIONS = ["电脑打不开了", "帮助"];

export const JUMPS = [
  ["+1 分钟", { minutes: 1 }],
  ["+8 分钟", { minutes: 8 }],
  ["+15 分钟", { minutes: 15 }],
  ["+1 小时", { minutes: 60 }],
  ["到早上 8 点", { until: "08:00" }],
];

export function roleOf(persona) {
  return ROLES[persona.role] ?? "外来人员";
}

/** "护士 · 急诊科" */
export function describe(persona) {
  return [roleOf(persona), persona.department].filter(Boolean).join(" · ");
}
