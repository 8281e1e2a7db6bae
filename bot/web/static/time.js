// The hospital's clock, which may run ahead of this computer's.

export class HospitalClock {
  #ahead = 0;

  sync(now, zone = this.zone) {
    this.#ahead = Date.parse(now) - Date.now();
    if (zone === this.zone) return;
    this.zone = zone;
    const part = (options) => new Intl.DateTimeFormat("zh-CN", { timeZone: zone, ...options });
    this.hour = part({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.day = part({ month: "long", day: "numeric", weekday: "short" });
  }

  now() {
    return new Date(Date.now() + this.#ahead);
  }

  /** "09:31" */
  hourOf(at) {
    return this.hour.format(new Date(at));
  }

  /** "11月23日周一" */
  dayOf(at) {
    return this.day.format(new Date(at));
  }
}
