// What the pages gain from JavaScript; each works without it.
(function () {
  "use strict";

  // A screen reader hears the words of data-announce when htmx brings a new part.
  function announce(words) {
    const region = document.getElementById("live-region");
    if (!region) return;
    region.textContent = "";
    // why: the same words twice are only read again if the region was empty in between.
    window.setTimeout(function () {
      region.textContent = words;
    }, 50);
  }

  function announceFrom(part) {
    const speaker = part.matches("[data-announce]") ? part : part.querySelector("[data-announce]");
    if (speaker) announce(speaker.dataset.announce);
  }

  function focusErrorSummary(part) {
    const summary = part.querySelector("[data-error-summary]");
    if (summary) summary.focus();
    return Boolean(summary);
  }

  function showRequestError(words) {
    const box = document.getElementById("request-error");
    if (!box) return;
    box.querySelector("[data-request-error-text]").textContent = words;
    box.hidden = false;
    box.scrollIntoView({ block: "nearest" });
  }

  function hideRequestError() {
    const box = document.getElementById("request-error");
    if (box) box.hidden = true;
  }

  // A second tap within a moment sends nothing: a slow phone line invites it.
  function refuseDoubleSubmit(event) {
    const form = event.target;
    if (form.method !== "post") return;
    const now = Date.now();
    if (now - Number(form.dataset.submittedAt || 0) < 1500) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.submittedAt = String(now);
  }

  // A link of the error summary also moves the keyboard into the field.
  function followErrorLink(event) {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    if (!link) return;
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const label = document.querySelector("label[for='" + CSS.escape(field.id) + "']");
    (field.closest("fieldset") || label || field).scrollIntoView();
    field.focus({ preventScroll: true });
  }

  function closeMenu(event) {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.sj-menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  }

  document.addEventListener("DOMContentLoaded", function () {
    focusErrorSummary(document);
    document.querySelectorAll("[data-print]").forEach(function (button) {
      button.hidden = false;
    });
  });
  document.addEventListener("submit", refuseDoubleSubmit, true);
  document.addEventListener("keydown", closeMenu);
  document.addEventListener("click", function (event) {
    followErrorLink(event);
    if (event.target.closest("[data-print]")) window.print();
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    hideRequestError();
    if (!focusErrorSummary(event.target)) announceFrom(event.target);
  });
  function whatFailed(event) {
    return event.detail.requestConfig.verb === "get" ? "内容没有取到" : "没有保存";
  }

  document.addEventListener("htmx:responseError", function (event) {
    const status = event.detail.xhr.status;
    if (status === 403 || status === 404) {
      showRequestError("没有这条内容，或您没有查看它的权限。请刷新页面；仍不行，请联系本单位管理员。");
    } else {
      showRequestError(whatFailed(event) + "，服务器出了问题。您填的内容还在本页，请稍后再试一次。");
    }
  });
  document.addEventListener("htmx:sendError", function (event) {
    showRequestError(whatFailed(event) + "，网络断开了。您填的内容还在本页，请连上网络后再试一次。");
  });
  document.addEventListener("htmx:timeout", function () {
    showRequestError("服务器没有及时回应。请先刷新页面，看看内容是否已保存，再决定要不要重做。");
  });
})();
