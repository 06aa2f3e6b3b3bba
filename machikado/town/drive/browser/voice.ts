/** Says the next stop where the machine has a voice of the page's language. */

export class Voice {
  private said = "";

  constructor(private readonly button: HTMLButtonElement | null) {
    button?.addEventListener("click", () => this.speak(this.said));
    if (!("speechSynthesis" in window)) return;
    this.look();
    speechSynthesis.addEventListener("voiceschanged", () => this.look());
  }

  private get found(): SpeechSynthesisVoice | undefined {
    const language = document.documentElement.lang;
    return speechSynthesis.getVoices().find((voice) => voice.lang.startsWith(language));
  }

  private look(): void {
    if (this.button) this.button.hidden = !this.found;
  }

  /** Say something new once. */
  announce(words: string): void {
    if (words === this.said) return;
    const isFirst = this.said === "";
    this.said = words;
    if (!isFirst) this.speak(words);
  }

  private speak(words: string): void {
    if (!words || !("speechSynthesis" in window)) return;
    const voice = this.found;
    if (!voice) return;
    const utterance = new SpeechSynthesisUtterance(words);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    speechSynthesis.cancel();
    speechSynthesis.speak(utterance);
  }
}
