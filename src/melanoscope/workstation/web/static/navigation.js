// On a phone the navigation is a row that scrolls: where one is should be in sight.
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
